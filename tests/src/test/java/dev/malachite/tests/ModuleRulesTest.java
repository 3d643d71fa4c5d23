// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the house keep their walls: who may depend on whom, and on what. */
@AnalyzeClasses(packages = "dev.malachite", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModuleRulesTest {
  @ArchTest
  static final ArchRule DISKS_STAND_ALONE =
      noClasses()
          .that()
          .resideInAPackage("dev.malachite.disk..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.malachite.engine..", "dev.malachite.devices..", "dev.malachite.app..")
          .allowEmptyShould(true)
          .because("the disk library is usable without the rest");

  @ArchTest
  static final ArchRule ENGINE_NAMES_NO_DEVICE =
      noClasses()
          .that()
          .resideInAPackage("dev.malachite.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.malachite.devices..", "dev.malachite.app..")
          .allowEmptyShould(true)
          .because("the engine finds its boards through ServiceLoader");

  @ArchTest
  static final ArchRule DEVICES_KNOW_NO_PROGRAM =
      noClasses()
          .that()
          .resideInAPackage("dev.malachite.devices..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.malachite.app..")
          .allowEmptyShould(true)
          .because("devices serve any program");

  @ArchTest
  static final ArchRule PROGRAM_NAMES_NO_DEVICE =
      noClasses()
          .that()
          .resideInAPackage("dev.malachite.app..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.malachite.devices..")
          .allowEmptyShould(true)
          .because("the program speaks to machines, never to their devices");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.malachite.app.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .allowEmptyShould(true)
          .because("messages go through System.Logger");

  @ArchTest
  static final ArchRule NO_UNSAFE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("sun..", "jdk.internal..")
          .allowEmptyShould(true)
          .because("foreign memory is the supported way");
}
