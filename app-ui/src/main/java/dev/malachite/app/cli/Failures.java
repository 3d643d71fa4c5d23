// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Says in one sentence what went wrong, for a person. */
final class Failures {
  private Failures() {}

  /**
   * The sentence for an exception: its own where it was written for people, else made from its
   * kind.
   */
  static String describe(Throwable error) {
    return switch (error) {
      case CommandFailure failure -> message(failure);
      case NoSuchFileException e -> e.getFile() + ": no such file or folder; check the path";
      case FileAlreadyExistsException e ->
          e.getFile() + ": exists already; remove it or choose another name";
      case AccessDeniedException e ->
          e.getFile() + ": permission denied; check the file's owner and mode";
      case NotDirectoryException e -> e.getFile() + ": not a folder";
      case DirectoryNotEmptyException e -> e.getFile() + ": folder is not empty";
      case FileSystemException e -> fileSystem(e);
      case OutOfMemoryError e ->
          "this host has too little memory ("
              + message(e)
              + "); give the machine less with --memory";
      default -> {
        String message = error.getMessage();
        yield message == null || message.isBlank()
            ? "unexpected " + error.getClass().getName() + "; run again with --debug and report it"
            : message;
      }
    };
  }

  private static String fileSystem(FileSystemException error) {
    String reason = error.getReason();
    @Nullable String file = error.getFile();
    if (file == null) {
      return message(error);
    }
    return reason == null ? file + ": cannot be used" : file + ": " + reason;
  }

  private static String message(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }
}
