// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RpcPeerTest {
  public record Pair(int left, int right) {}

  public record Sum(int value) {}

  /** One side's service. */
  public interface Calculator {
    @RpcMethod("add")
    CompletableFuture<Sum> add(Pair pair);

    @RpcMethod("sums")
    CompletableFuture<List<Sum>> sums();

    @RpcMethod("later")
    CompletableFuture<Sum> later(Pair pair);

    @RpcMethod("refuse")
    CompletableFuture<Sum> refuse();

    @RpcMethod("break")
    CompletableFuture<Sum> breakDown();

    @RpcMethod("note")
    void note(Sum sum);
  }

  /** The other side's. */
  public interface Watcher {
    @RpcMethod("seen")
    void seen(Sum sum);
  }

  private static final class Calculating implements Calculator {
    private final BlockingQueue<Integer> notes = new LinkedBlockingQueue<>();
    private final CompletableFuture<Sum> promised = new CompletableFuture<>();

    @Override
    public CompletableFuture<Sum> add(Pair pair) {
      return CompletableFuture.completedFuture(new Sum(pair.left + pair.right));
    }

    @Override
    public CompletableFuture<List<Sum>> sums() {
      return CompletableFuture.completedFuture(List.of(new Sum(1), new Sum(2)));
    }

    @Override
    public CompletableFuture<Sum> later(Pair pair) {
      return promised;
    }

    @Override
    public CompletableFuture<Sum> refuse() {
      throw RpcException.refused("not now");
    }

    @Override
    public CompletableFuture<Sum> breakDown() {
      return CompletableFuture.failedFuture(new IOException("the disk is full"));
    }

    @Override
    public void note(Sum sum) {
      notes.add(sum.value);
    }
  }

  private static final class Watching implements Watcher {
    private final BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();

    @Override
    public void seen(Sum sum) {
      seen.add(sum.value);
    }
  }

  @TempDir private Path folder;
  private final Calculating calculating = new Calculating();
  private final Watching watching = new Watching();
  private @Nullable SocketChannel near;
  private @Nullable RpcPeer server;

  @BeforeEach
  void connect() throws IOException {
    Path path = folder.resolve("s");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(path));
      near = SocketChannel.open(UnixDomainSocketAddress.of(path));
      server = new RpcPeer(listening.accept(), "server", Calculator.class, calculating);
      server.start();
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    server().close();
    near().close();
  }

  private SocketChannel near() {
    if (near == null) {
      throw new AssertionError();
    }
    return near;
  }

  private RpcPeer server() {
    if (server == null) {
      throw new AssertionError();
    }
    return server;
  }

  private RpcPeer client() {
    RpcPeer client = new RpcPeer(near(), "client", Watcher.class, watching);
    client.start();
    return client;
  }

  private void send(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      near().write(bytes);
    }
  }

  private String line() throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    StringBuilder line = new StringBuilder();
    while (near().read(one.clear()) > 0 && one.get(0) != '\n') {
      line.append((char) one.get(0));
    }
    return line.toString();
  }

  @Test
  void callsAreTypedOnBothEnds() throws Exception {
    try (RpcPeer client = client()) {
      Calculator remote = client.remote(Calculator.class);
      assertThat(remote.add(new Pair(2, 3)).get()).isEqualTo(new Sum(5));
      assertThat(remote.sums().get()).containsExactly(new Sum(1), new Sum(2));
      remote.note(new Sum(7));
      assertThat(calculating.notes.poll(10, TimeUnit.SECONDS)).isEqualTo(7);
      server().remote(Watcher.class).seen(new Sum(9));
      assertThat(watching.seen.poll(10, TimeUnit.SECONDS)).isEqualTo(9);
    }
  }

  @Test
  void failuresCarryTheirNumberAndSentence() {
    try (RpcPeer client = client()) {
      Calculator remote = client.remote(Calculator.class);
      assertThatThrownBy(() -> remote.refuse().get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> {
                assertThat(e).hasMessage("not now");
                assertThat(e.code()).isEqualTo(RpcException.REFUSED);
              });
      assertThatThrownBy(() -> remote.breakDown().get())
          .cause()
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcException.INTERNAL_ERROR))
          .hasMessage("the disk is full");
    }
  }

  @Test
  void aLateAnswerHoldsNobodyUp() throws Exception {
    try (RpcPeer client = client()) {
      Calculator remote = client.remote(Calculator.class);
      CompletableFuture<Sum> later = remote.later(new Pair(0, 0));
      assertThat(remote.add(new Pair(1, 1)).get()).isEqualTo(new Sum(2));
      assertThat(later).isNotDone();
      calculating.promised.complete(new Sum(4));
      assertThat(later.get()).isEqualTo(new Sum(4));
    }
  }

  @Test
  void requestsFailWhenTheConnectionEnds() {
    try (RpcPeer client = client()) {
      CompletableFuture<Sum> later = client.remote(Calculator.class).later(new Pair(0, 0));
      server().close();
      assertThatThrownBy(later::get)
          .cause()
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcException.DISCONNECTED));
      assertThatThrownBy(() -> client.remote(Calculator.class).sums().get())
          .isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void manyThreadsShareAConnection() throws Exception {
    try (RpcPeer client = client()) {
      Calculator remote = client.remote(Calculator.class);
      List<Thread> threads = new ArrayList<>();
      BlockingQueue<Boolean> right = new LinkedBlockingQueue<>();
      for (int t = 0; t < 8; t++) {
        int left = t;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      boolean all = true;
                      for (int i = 0; i < 200; i++) {
                        all &= remote.add(new Pair(left, i)).join().value == left + i;
                      }
                      right.add(all);
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(right).hasSize(8).doesNotContain(false);
    }
  }

  @Test
  void theWireIsJsonRpc() throws IOException {
    send("{\"jsonrpc\":\"2.0\",\"id\":\"x1\",\"method\":\"add\",");
    send("\"params\":{\"left\":1,\"right\":2,\"new\":true}}\n");
    assertThat(line()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"x1\",\"result\":{\"value\":3}}");
    send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"subtract\"}\n");
    assertThat(line()).contains("\"id\":2").contains("-32601").contains("subtract");
    send("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"add\",\"params\":{\"left\":1}}\n");
    assertThat(line()).contains("-32602").contains("right: it is missing");
    send("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"add\",\"params\":[1,2]}\n");
    assertThat(line()).contains("-32602");
    send("{not json}\n");
    assertThat(line()).contains("-32700").contains("\"id\":null");
    send("[]\n\n{}\n");
    assertThat(line()).contains("-32700");
    assertThat(line()).contains("-32600");
    send("{\"jsonrpc\":\"2.0\",\"method\":\"subtract\"}\n");
    send("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":1}\n");
    send("{\"jsonrpc\":\"2.0\",\"id\":1e99,\"result\":1}\n");
    send("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"sums\"}\n");
    assertThat(line()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":[{\"value\":1}");
  }

  @Test
  void rubbishEndsInAnswersOrTheConnectionsEnd() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String whole = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sums\",\"params\":{\"left\":1}}";
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(11, 300));
      }
      send(text + "\n");
    }
    send("{\"jsonrpc\":\"2.0\",\"id\":\"last\",\"method\":\"sums\"}\n");
    String answer = line();
    while (!answer.contains("\"last\"")) {
      assertThat(answer).as("seed %d", seed).startsWith("{\"jsonrpc\":\"2.0\"");
      answer = line();
    }
    assertThat(server().closed()).isNotDone();
  }

  @Test
  void aMessageWithoutEndEndsTheConnection() throws Exception {
    byte[] endless = new byte[1 << 16];
    java.util.Arrays.fill(endless, (byte) 'x');
    try {
      for (int sent = 0; sent <= MessageChannel.LONGEST + endless.length; sent += endless.length) {
        ByteBuffer bytes = ByteBuffer.wrap(endless);
        while (bytes.hasRemaining()) {
          near().write(bytes);
        }
      }
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
    server().closed().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aPeerThatDoesNotReadIsDisconnected() throws Exception {
    Watcher remote = server().remote(Watcher.class);
    CompletableFuture<@Nullable Void> closed = server().closed();
    for (int i = 0; i < 2_000_000 && !closed.isDone(); i++) {
      remote.seen(new Sum(i));
    }
    closed.get(10, TimeUnit.SECONDS);
  }
}
