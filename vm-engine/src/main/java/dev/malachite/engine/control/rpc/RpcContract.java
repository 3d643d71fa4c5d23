// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control.rpc;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an interface's methods are in messages. */
final class RpcContract {
  /**
   * A method.
   *
   * @param method the interface's
   * @param name its name in messages
   * @param parameter what it takes, or null
   * @param result what its future holds, or null for a notification
   */
  record Operation(
      Method method, String name, @Nullable Class<?> parameter, @Nullable Type result) {}

  private static final Map<Class<?>, RpcContract> KNOWN = new ConcurrentHashMap<>();

  private final Map<String, Operation> byName = new HashMap<>();
  private final Map<Method, Operation> byMethod = new HashMap<>();

  private RpcContract(Class<?> type) {
    for (Method method : type.getMethods()) {
      RpcMethod mark = method.getAnnotation(RpcMethod.class);
      if (mark == null) {
        continue;
      }
      if (method.getParameterCount() > 1) {
        throw new IllegalArgumentException(method + " takes more than one parameter");
      }
      Class<?> parameter = method.getParameterCount() == 0 ? null : method.getParameterTypes()[0];
      Type result = null;
      if (method.getReturnType() == CompletableFuture.class) {
        result = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
      } else if (method.getReturnType() != void.class) {
        throw new IllegalArgumentException(method + " returns neither a future nor nothing");
      }
      Operation operation = new Operation(method, mark.value(), parameter, result);
      if (byName.put(mark.value(), operation) != null) {
        throw new IllegalArgumentException(type + " has two methods " + mark.value());
      }
      byMethod.put(method, operation);
    }
  }

  static RpcContract of(Class<?> type) {
    return KNOWN.computeIfAbsent(type, RpcContract::new);
  }

  @Nullable Operation named(String name) {
    return byName.get(name);
  }

  @Nullable Operation of(Method method) {
    return byMethod.get(method);
  }
}
