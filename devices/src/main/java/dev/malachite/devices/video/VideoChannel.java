// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.ChannelFault;
import dev.malachite.engine.vmbus.ChannelHandler;
import dev.malachite.engine.vmbus.LittleEndian;
import dev.malachite.engine.vmbus.Packet;
import dev.malachite.engine.vmbus.VmbusChannel;
import java.util.Arrays;
import java.util.List;

/**
 * One opening of the display adapter's channel. Turns only, except where a method says otherwise.
 *
 * <p>The picture stays when the channel closes: the last thing a guest showed is worth seeing.
 */
final class VideoChannel implements ChannelHandler {
  private static final int MAX_DIMENSION = 16_384;
  private static final int DEPTH = 32;

  private final SyntheticVideo video;
  private final VmbusChannel channel;
  private final byte[] answer = new byte[VideoProtocol.RESOLUTION_LIST + 64 * 4];
  private final CursorAssembly cursor = new CursorAssembly();
  private int answerSize;
  private boolean negotiated;
  private boolean placed;
  private long vramOffset;
  private boolean situationSeen;
  private volatile boolean featuresDue;

  VideoChannel(SyntheticVideo video, VmbusChannel channel) {
    this.video = video;
    this.channel = channel;
  }

  /** Tells the guest what to report. Any thread. */
  void featuresChanged() {
    featuresDue = true;
    channel.schedule();
  }

  @Override
  public boolean ready() {
    return answerSize == 0;
  }

  @Override
  public void turn() {
    if (answerSize > 0) {
      if (!channel.send(0, false, answer, 0, answerSize)) {
        return;
      }
      answerSize = 0;
    }
    if (featuresDue && situationSeen) {
      featuresDue = false;
      byte wanted = (byte) (video.dirtyWanted() ? 1 : 0);
      begin(VideoProtocol.FEATURE_CHANGE, VideoProtocol.FEATURE_SIZE);
      answer[VideoProtocol.FEATURE_DIRT] = wanted;
      answer[VideoProtocol.FEATURE_POINTER_POSITION] = wanted;
      answer[VideoProtocol.FEATURE_POINTER_SHAPE] = wanted;
      answer[VideoProtocol.FEATURE_SITUATION] = 1;
      if (channel.send(0, false, answer, 0, answerSize)) {
        answerSize = 0;
      }
    }
  }

  private void begin(int type, int bodySize) {
    answerSize = VideoProtocol.BODY + bodySize;
    Arrays.fill(answer, 0, answerSize, (byte) 0);
    LittleEndian.putInt(answer, VideoProtocol.PIPE_TYPE, VideoProtocol.PIPE_DATA);
    LittleEndian.putInt(answer, VideoProtocol.PIPE_SIZE, bodySize + 8);
    LittleEndian.putInt(answer, VideoProtocol.TYPE, type);
    LittleEndian.putInt(answer, VideoProtocol.SIZE, bodySize + 8);
  }

  @Override
  public void received(Packet packet) throws ChannelFault {
    if (packet.payloadLength() < VideoProtocol.BODY) {
      throw new ChannelFault("video message of %d bytes".formatted(packet.payloadLength()));
    }
    if (packet.getInt(VideoProtocol.PIPE_TYPE) != VideoProtocol.PIPE_DATA) {
      return;
    }
    int type = packet.getInt(VideoProtocol.TYPE);
    if (type != VideoProtocol.VERSION_REQUEST && !negotiated) {
      throw new ChannelFault("video message %d before the version".formatted(type));
    }
    switch (type) {
      case VideoProtocol.VERSION_REQUEST -> version(packet);
      case VideoProtocol.VRAM_LOCATION -> vramLocation(packet);
      case VideoProtocol.SITUATION_UPDATE -> situation(packet);
      case VideoProtocol.POINTER_POSITION -> {
        need(packet, VideoProtocol.POINTER_POSITION_SIZE);
        video.moveCursor(
            packet.getByte(VideoProtocol.POINTER_VISIBLE) != 0,
            packet.getInt(VideoProtocol.POINTER_X),
            packet.getInt(VideoProtocol.POINTER_Y));
      }
      case VideoProtocol.POINTER_SHAPE -> {
        Cursor finished = cursor.add(packet);
        if (finished != null) {
          video.showCursor(finished);
        }
      }
      case VideoProtocol.DIRT -> dirt(packet);
      case VideoProtocol.BIOS_INFO_REQUEST -> {
        begin(VideoProtocol.BIOS_INFO_RESPONSE, VideoProtocol.BIOS_INFO_SIZE);
        LittleEndian.putInt(answer, VideoProtocol.BIOS_STOP_DEVICE, 1);
      }
      case VideoProtocol.RESOLUTION_REQUEST -> resolutions(packet);
      case VideoProtocol.CAPABILITY_REQUEST ->
          begin(VideoProtocol.CAPABILITY_RESPONSE, VideoProtocol.CAPABILITY_SIZE);
      default -> channel.warn("unknown message " + type);
    }
    turn();
  }

  private static void need(Packet packet, int bodySize) throws ChannelFault {
    if (packet.payloadLength() < VideoProtocol.BODY + bodySize) {
      throw new ChannelFault(
          "video message %d has %d bytes"
              .formatted(packet.getInt(VideoProtocol.TYPE), packet.payloadLength()));
    }
  }

  private void version(Packet packet) throws ChannelFault {
    need(packet, 4);
    int version = packet.getInt(VideoProtocol.VERSION);
    negotiated = VideoProtocol.isSupported(version);
    begin(VideoProtocol.VERSION_RESPONSE, VideoProtocol.VERSION_RESPONSE_SIZE);
    LittleEndian.putInt(answer, VideoProtocol.VERSION, version);
    answer[VideoProtocol.VERSION_ACCEPTED] = (byte) (negotiated ? VideoProtocol.ACCEPTED : 0);
    answer[VideoProtocol.VERSION_OUTPUTS] = 1;
  }

  private void vramLocation(Packet packet) throws ChannelFault {
    need(packet, VideoProtocol.VRAM_LOCATION_SIZE);
    long context = packet.getLong(VideoProtocol.CONTEXT);
    placed = false;
    boolean good = true;
    if (packet.getByte(VideoProtocol.VRAM_SPECIFIED) != 0) {
      VideoMemory memory = video.memory();
      long gpa = packet.getLong(VideoProtocol.VRAM_GPA);
      long offset = gpa - memory.gpa();
      good = offset >= 0 && offset < memory.size() && gpa % GuestMemory.PAGE_SIZE == 0;
      if (good) {
        vramOffset = offset;
        placed = true;
      } else {
        channel.warn(
            "the guest placed its frame buffer at 0x%x, the video memory is at 0x%x"
                .formatted(gpa, memory.gpa()));
      }
    }
    begin(VideoProtocol.VRAM_LOCATION_ACK, VideoProtocol.ACK_SIZE);
    // A guest takes the echo of another number for a refusal.
    LittleEndian.putLong(answer, VideoProtocol.CONTEXT, good ? context : ~context);
  }

  private void situation(Packet packet) throws ChannelFault {
    need(packet, VideoProtocol.SITUATION_SIZE);
    show(packet);
    begin(VideoProtocol.SITUATION_UPDATE_ACK, VideoProtocol.ACK_SIZE);
    LittleEndian.putLong(answer, VideoProtocol.CONTEXT, packet.getLong(VideoProtocol.CONTEXT));
    if (!situationSeen) {
      situationSeen = true;
      featuresDue = true;
    }
  }

  private void show(Packet packet) {
    Screen screen = video.screen();
    if (packet.getByte(VideoProtocol.OUTPUT_COUNT) == 0
        || packet.getByte(VideoProtocol.OUTPUT_ACTIVE) == 0) {
      screen.show(null);
      return;
    }
    int width = packet.getInt(VideoProtocol.OUTPUT_WIDTH);
    int height = packet.getInt(VideoProtocol.OUTPUT_HEIGHT);
    int pitch = packet.getInt(VideoProtocol.OUTPUT_PITCH);
    int depth = packet.getByte(VideoProtocol.OUTPUT_DEPTH);
    long first = vramOffset + (packet.getInt(VideoProtocol.OUTPUT_OFFSET) & 0xFFFFFFFFL);
    VideoMemory memory = video.memory();
    if (!placed
        || width <= 0
        || height <= 0
        || width > MAX_DIMENSION
        || height > MAX_DIMENSION
        || depth != DEPTH
        || pitch < width * Screen.BYTES_PER_PIXEL
        || first > memory.size()
        || (long) pitch * height > memory.size() - first) {
      channel.warn(
          "a picture of %d x %d pixels, %d bits, %d bytes a line doesn't fit the video memory"
              .formatted(width, height, depth, pitch));
      return;
    }
    screen.show(
        new Screen.View(
            width, height, pitch, first, memory.segment().asSlice(first, (long) pitch * height)));
  }

  private void dirt(Packet packet) throws ChannelFault {
    need(packet, 2);
    int count = packet.getByte(VideoProtocol.DIRT_COUNT);
    need(packet, 2 + count * VideoProtocol.RECTANGLE_SIZE);
    for (int i = 0; i < count; i++) {
      int at = VideoProtocol.DIRT_RECTANGLES + i * VideoProtocol.RECTANGLE_SIZE;
      video
          .screen()
          .dirty(
              packet.getInt(at),
              packet.getInt(at + 4),
              packet.getInt(at + 8),
              packet.getInt(at + 12));
    }
  }

  private void resolutions(Packet packet) throws ChannelFault {
    need(packet, 1);
    int maximum = packet.getByte(VideoProtocol.RESOLUTION_MAXIMUM);
    List<Resolution> list = Resolution.within(video.memory().size());
    int count = Math.min(maximum, list.size());
    int preferred = Math.max(0, list.indexOf(Resolution.DEFAULT));
    begin(
        VideoProtocol.RESOLUTION_RESPONSE,
        VideoProtocol.RESOLUTION_LIST - VideoProtocol.BODY + count * 4);
    byte[] edid = Edid.block(list.isEmpty() ? Resolution.DEFAULT : list.get(preferred));
    System.arraycopy(edid, 0, answer, VideoProtocol.RESOLUTION_EDID, edid.length);
    answer[VideoProtocol.RESOLUTION_COUNT] = (byte) count;
    answer[VideoProtocol.RESOLUTION_DEFAULT] = (byte) Math.min(preferred, Math.max(0, count - 1));
    answer[VideoProtocol.RESOLUTION_STANDARD] = 1;
    for (int i = 0; i < count; i++) {
      int at = VideoProtocol.RESOLUTION_LIST + i * 4;
      LittleEndian.putShort(answer, at, list.get(i).width());
      LittleEndian.putShort(answer, at + 2, list.get(i).height());
    }
  }

  @Override
  public void closed() {
    video.closed(this);
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    cursor.transfer(s);
    answerSize = s.number(answerSize, 0, answer.length);
    s.bytes(answer);
    negotiated = s.flag(negotiated);
    placed = s.flag(placed);
    vramOffset = s.number(vramOffset, 0, video.memory().size());
    situationSeen = s.flag(situationSeen);
    featuresDue = s.flag(featuresDue);
    if (s.loading()) {
      // Whoever watches the screen now isn't who did when it was saved.
      featuresDue = true;
    }
  }
}
