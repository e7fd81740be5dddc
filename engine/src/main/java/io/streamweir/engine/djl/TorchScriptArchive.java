package io.streamweir.engine.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive around source text, as {@code torch.jit.save} would lay it out: a zip of
 * stored entries with a version, a pickled module object without parameters, an empty tuple of
 * constants, and the source of the module's class. So a model is described in text, and no Python
 * is needed to make it.
 */
final class TorchScriptArchive {
  /** Pickle protocol 2: an object of class {@code __torch__.M} with training = False. */
  private static final String MODULE_PICKLE =
      "\u0080\u0002c__torch__\nM\n)\u0081}(X\b\0\0\0training\u0089ub.";

  private static final String EMPTY_TUPLE_PICKLE = "\u0080\u0002).";
  private static final String CLASS_HEADER =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  private TorchScriptArchive() {}

  /**
   * @param methods {@code def}s without indentation, with {@code self: __torch__.M} first
   */
  static byte[] of(String methods) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "m/version", "3\n");
      add(zip, "m/data.pkl", MODULE_PICKLE);
      add(zip, "m/constants.pkl", EMPTY_TUPLE_PICKLE);
      add(zip, "m/code/__torch__.py", CLASS_HEADER + methods.indent(2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
