// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control.rpc;

import dev.malachite.engine.json.JsonException;
import dev.malachite.engine.json.JsonText;
import dev.malachite.engine.json.JsonValue;
import dev.malachite.engine.json.JsonValue.JsonNull;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonObject;
import dev.malachite.engine.json.JsonValue.JsonString;
import dev.malachite.engine.json.RecordBinder;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection: carries out what the other end asks of our service, and offers the other
 * end's service as an interface. Any thread.
 *
 * <p>The service's methods are called on the connection's own thread, one after another, in the
 * order of their messages; what takes long returns a future that is completed elsewhere.
 */
public final class RpcPeer implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(RpcPeer.class.getName());
  private static final RecordBinder BINDER = RecordBinder.lenient();

  /** Requests of the other end that may be unanswered at a time. */
  private static final int MOST_OPEN = 1000;

  private record Pending(Type result, CompletableFuture<@Nullable Object> future) {}

  private final MessageChannel channel;
  private final Object service;
  private final RpcContract contract;
  private final Thread reader;
  private final AtomicLong lastId = new AtomicLong();
  private final AtomicLong open = new AtomicLong();
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

  /**
   * A peer that doesn't listen yet.
   *
   * @param socket connected; closed with this
   * @param name for its threads
   * @param type the service's interface
   * @param service what the other end may call
   */
  public <T> RpcPeer(SocketChannel socket, String name, Class<T> type, T service) {
    channel = new MessageChannel(socket, name);
    this.service = service;
    contract = RpcContract.of(type);
    reader = Thread.ofPlatform().daemon().name(name + "-reader").unstarted(this::readAll);
  }

  /** Starts to listen. */
  public void start() {
    channel.start();
    reader.start();
  }

  /** Completes when the connection has ended, for whatever reason. */
  public CompletableFuture<@Nullable Void> closed() {
    return closed.copy();
  }

  /** True if nothing waits to be written: the other end keeps up. */
  public boolean isIdle() {
    return channel.isIdle();
  }

  /** Waits until what was sent is written, for so many milliseconds at most. */
  public void flush(long milliseconds) throws InterruptedException {
    channel.flush(milliseconds);
  }

  /** The other end's service. Requests' futures fail with {@link RpcException}. */
  public <T> T remote(Class<T> type) {
    RpcContract remote = RpcContract.of(type);
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          RpcContract.Operation operation = remote.of(method);
          if (operation != null) {
            Object argument = arguments == null ? null : arguments[0];
            return operation.result() == null
                ? notify(operation, argument)
                : request(operation, operation.result(), argument);
          }
          return local(proxy, method, arguments);
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object local(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && isSame(proxy, arguments[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "remote service";
      default -> throw new IllegalArgumentException(method + " is not for the other end");
    };
  }

  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
  private static boolean isSame(Object proxy, @Nullable Object other) {
    return proxy == other;
  }

  private @Nullable Object notify(RpcContract.Operation operation, @Nullable Object argument) {
    send(null, operation.name(), argument);
    return null;
  }

  private CompletableFuture<@Nullable Object> request(
      RpcContract.Operation operation, Type result, @Nullable Object argument) {
    long id = lastId.incrementAndGet();
    Pending waiting = new Pending(result, new CompletableFuture<>());
    pending.put(id, waiting);
    send(JsonNumber.of(id), operation.name(), argument);
    if (closed.isDone()) {
      failPending();
    }
    return waiting.future;
  }

  private void send(@Nullable JsonValue id, String method, @Nullable Object argument) {
    Map<String, JsonValue> message = envelope();
    if (id != null) {
      message.put("id", id);
    }
    message.put("method", new JsonString(method));
    if (argument != null) {
      message.put("params", BINDER.toJson(argument));
    }
    channel.send(JsonText.write(new JsonObject(message)));
  }

  private static Map<String, JsonValue> envelope() {
    Map<String, JsonValue> message = new LinkedHashMap<>();
    message.put("jsonrpc", new JsonString("2.0"));
    return message;
  }

  // ---- what comes in -------------------------------------------------------------------------

  private void readAll() {
    try {
      for (String line = channel.receive(); line != null; line = channel.receive()) {
        if (!line.isBlank()) {
          received(line);
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "a connection broke", e);
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.ERROR, "a connection is closed after a failure", e);
    } finally {
      close();
    }
  }

  private void received(String line) {
    JsonObject message;
    try {
      message = JsonText.parseObject(line);
    } catch (JsonException e) {
      answerError(JsonNull.NULL, RpcException.PARSE_ERROR, String.valueOf(e.getMessage()));
      return;
    }
    JsonValue id = message.get("id");
    String method = message.text("method");
    if (method != null) {
      call(id, method, message.get("params"));
    } else if (id instanceof JsonNumber number
        && (message.get("result") != null || message.get("error") != null)) {
      answered(number, message);
    } else {
      answerError(
          id == null ? JsonNull.NULL : id, RpcException.INVALID_REQUEST, "no method is named");
    }
  }

  private void call(@Nullable JsonValue id, String name, @Nullable JsonValue parameters) {
    RpcContract.Operation operation = contract.named(name);
    try {
      if (operation == null) {
        throw new RpcException(RpcException.METHOD_NOT_FOUND, "there is no method " + name);
      }
      if (id != null && open.incrementAndGet() > MOST_OPEN) {
        open.decrementAndGet();
        throw new RpcException(RpcException.REFUSED, "too many requests are unanswered");
      }
    } catch (RpcException e) {
      fail(id, name, e);
      return;
    }
    CompletableFuture<?> result;
    try {
      result = invoke(operation, parameters);
    } catch (RpcException e) {
      result = CompletableFuture.failedFuture(e);
    }
    var _ =
        result.whenComplete(
            (value, failure) -> {
              if (id != null) {
                open.decrementAndGet();
              }
              if (failure != null) {
                fail(id, name, failure);
              } else if (id != null) {
                answer(id, value);
              }
            });
  }

  private CompletableFuture<?> invoke(
      RpcContract.Operation operation, @Nullable JsonValue parameters) {
    @Nullable Object returned;
    try {
      if (operation.parameter() == null) {
        returned = operation.method().invoke(service);
      } else {
        JsonValue given = parameters == null ? JsonObject.EMPTY : parameters;
        returned = operation.method().invoke(service, bind(given, operation.parameter()));
      }
    } catch (InvocationTargetException e) {
      return CompletableFuture.failedFuture(e.getCause() == null ? e : e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(operation.method() + " can't be called", e);
    }
    return returned instanceof CompletableFuture<?> future
        ? future
        : CompletableFuture.completedFuture(null);
  }

  private static Object bind(JsonValue parameters, Class<?> type) {
    try {
      return BINDER.fromJson(parameters, type);
    } catch (JsonException e) {
      throw new RpcException(RpcException.INVALID_PARAMETERS, String.valueOf(e.getMessage()));
    }
  }

  private void fail(@Nullable JsonValue id, String method, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RpcException known) {
      if (id != null) {
        answerError(id, known.code(), String.valueOf(known.getMessage()));
      } else {
        LOGGER.log(System.Logger.Level.DEBUG, "a notification was refused", known);
      }
      return;
    }
    LOGGER.log(System.Logger.Level.ERROR, method + " failed", cause);
    if (id != null) {
      String text = cause instanceof IOException ? cause.getMessage() : String.valueOf(cause);
      answerError(id, RpcException.INTERNAL_ERROR, String.valueOf(text));
    }
  }

  private void answer(JsonValue id, @Nullable Object value) {
    Map<String, JsonValue> message = envelope();
    message.put("id", id);
    message.put("result", BINDER.toJson(value));
    channel.send(JsonText.write(new JsonObject(message)));
  }

  private void answerError(JsonValue id, int code, String text) {
    Map<String, JsonValue> error = new LinkedHashMap<>();
    error.put("code", JsonNumber.of(code));
    error.put("message", new JsonString(text));
    Map<String, JsonValue> message = envelope();
    message.put("id", id);
    message.put("error", new JsonObject(error));
    channel.send(JsonText.write(new JsonObject(message)));
  }

  private void answered(JsonNumber number, JsonObject message) {
    Pending waiting;
    try {
      waiting = pending.remove(BINDER.fromJson(number, Long.class));
    } catch (JsonException e) {
      return;
    }
    if (waiting == null) {
      return;
    }
    try {
      if (message.get("error") instanceof JsonObject error) {
        int code =
            error.get("code") instanceof JsonNumber given
                ? BINDER.fromJson(given, Integer.class)
                : RpcException.INTERNAL_ERROR;
        String text = error.text("message");
        waiting.future.completeExceptionally(
            new RpcException(code, text == null ? "it failed" : text));
        return;
      }
      JsonValue result = message.get("result");
      waiting.future.complete(
          result == null || result instanceof JsonNull
              ? null
              : BINDER.fromJson(result, waiting.result));
    } catch (JsonException e) {
      waiting.future.completeExceptionally(
          new RpcException(
              RpcException.INTERNAL_ERROR, "the answer is not understood: " + e.getMessage()));
    }
  }

  private void failPending() {
    for (Long id : List.copyOf(pending.keySet())) {
      Pending waiting = pending.remove(id);
      if (waiting != null) {
        waiting.future.completeExceptionally(
            new RpcException(RpcException.DISCONNECTED, "the connection ended before the answer"));
      }
    }
  }

  /** Ends the connection; requests without an answer fail. */
  @Override
  public void close() {
    channel.close();
    closed.complete(null);
    failPending();
  }
}
