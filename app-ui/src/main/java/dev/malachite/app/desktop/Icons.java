// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.paint.Color;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Rectangle;
import javafx.scene.shape.SVGPath;
import javafx.scene.shape.Shape;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;
import javafx.scene.transform.Scale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The project's icons as shapes, sharp at any size. They are SVG files of paths, rectangles and
 * circles on a square; no more of SVG is understood. On the user interface's thread.
 */
public final class Icons {
  private static final Map<String, Element> FILES = new HashMap<>();

  private Icons() {}

  /**
   * An icon.
   *
   * @param name of its file, without the ending
   * @param size pixels, both ways
   */
  public static Node of(String name, double size) {
    Element svg = FILES.computeIfAbsent(name, Icons::read);
    Group group = new Group();
    add(svg, group);
    String[] box = svg.getAttribute("viewBox").split(" ", -1);
    double side = Double.parseDouble(box[2]);
    // What isn't drawn on counts, too.
    Rectangle square = new Rectangle(side, side, Color.TRANSPARENT);
    group.getChildren().addFirst(square);
    group.getTransforms().add(new Scale(size / side, size / side));
    return new Group(group);
  }

  private static Element read(String name) {
    try (InputStream in = Icons.class.getResourceAsStream("/icons/" + name + ".svg")) {
      if (in == null) {
        throw new IllegalArgumentException("no icon " + name);
      }
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(in).getDocumentElement();
    } catch (IOException | ParserConfigurationException | SAXException e) {
      throw new IllegalStateException("icon " + name, e);
    }
  }

  private static void add(Element parent, Group group) {
    NodeList children = parent.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element element) {
        switch (element.getTagName()) {
          case "g" -> add(element, group);
          case "path" -> {
            SVGPath path = new SVGPath();
            path.setContent(element.getAttribute("d"));
            group.getChildren().add(drawn(path, element));
          }
          case "rect" -> {
            Rectangle rectangle =
                new Rectangle(
                    number(element, "x", 0),
                    number(element, "y", 0),
                    number(element, "width", 0),
                    number(element, "height", 0));
            double radius = number(element, "rx", 0);
            rectangle.setArcWidth(2 * radius);
            rectangle.setArcHeight(2 * radius);
            group.getChildren().add(drawn(rectangle, element));
          }
          case "circle" -> {
            Circle circle =
                new Circle(
                    number(element, "cx", 0), number(element, "cy", 0), number(element, "r", 0));
            group.getChildren().add(drawn(circle, element));
          }
          default -> {}
        }
      }
    }
  }

  private static Shape drawn(Shape shape, Element element) {
    shape.setFill(paint(element, "fill", "black"));
    shape.setStroke(paint(element, "stroke", "none"));
    shape.setStrokeWidth(number(element, "stroke-width", 1));
    shape.setStrokeLineCap(
        inherited(element, "stroke-linecap").equals("round")
            ? StrokeLineCap.ROUND
            : StrokeLineCap.BUTT);
    shape.setStrokeLineJoin(
        inherited(element, "stroke-linejoin").equals("round")
            ? StrokeLineJoin.ROUND
            : StrokeLineJoin.MITER);
    return shape;
  }

  private static Color paint(Element element, String attribute, String usual) {
    String value = inherited(element, attribute);
    String name = value.isEmpty() ? usual : value;
    if (name.equals("none")) {
      return Color.TRANSPARENT;
    }
    return Color.web(name, number(element, attribute + "-opacity", 1));
  }

  private static double number(Element element, String attribute, double usual) {
    String value = inherited(element, attribute);
    return value.isEmpty() ? usual : Double.parseDouble(value);
  }

  // Geometry isn't inherited: only the element itself is asked for it.
  private static String inherited(Element element, String attribute) {
    if (element.hasAttribute(attribute)) {
      return element.getAttribute(attribute);
    }
    boolean geometry = attribute.equals("width") || attribute.equals("height");
    return !geometry && element.getParentNode() instanceof Element parent
        ? inherited(parent, attribute)
        : "";
  }
}
