package io.streamweir.gateway.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.FileRecord;

/** A file in OpenAI's form. */
final class FileObject {

  private FileObject() {}

  static ObjectNode of(FileRecord file) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", file.getFileId())
        .put("object", "file")
        .put("bytes", bytes(file))
        .put("created_at", file.getCreatedAtMs() / 1000)
        .put("expires_at", file.getExpiresAtMs() / 1000)
        .put("filename", file.getFilename())
        .put("purpose", file.getPurpose())
        .put("status", "processed");
  }

  static long bytes(FileRecord file) {
    return file.getSpan() == null ? 0 : file.getSpan().getBytes();
  }
}
