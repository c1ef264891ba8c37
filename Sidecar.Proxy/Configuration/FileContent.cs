namespace Sidecar.Proxy.Configuration;

/// <summary>Reads mounted files: none is larger than a ConfigMap can be, and text is UTF-8.</summary>
internal static class FileContent
{
    /// <summary>How large a file may be: 1 MiB, as a ConfigMap or a Secret.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int ChunkBytes = 16 * 1024;

    /// <summary>Reads a file, which may be a pipe or a device that does not know its length.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="maxBytes">How large it may be.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="IOException">It is not there, too large, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a folder, or the user may not read it.</exception>
    public static byte[] Read(string path, int maxBytes = MaxBytes)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var content = new MemoryStream();
            while (stream.Read(chunk) is > 0 and var count)
            {
                if (content.Length + count > maxBytes)
                    throw new IOException($"it is larger than {(maxBytes == MaxBytes ? "1 MiB" : $"{maxBytes} bytes")}");
                content.Write(chunk, 0, count);
            }

            return content.ToArray();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException("it is not there", path, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Takes bytes for text.</summary>
    /// <param name="bytes">A file's; a byte order mark of UTF-8 is passed over.</param>
    /// <returns>The text.</returns>
    /// <exception cref="FormatException">They are not UTF-8.</exception>
    public static string Text(byte[] bytes)
    {
        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
            throw new FormatException("it is UTF-16, where UTF-8 is read");
        try
        {
            return Strict.GetString(bytes is [0xef, 0xbb, 0xbf, ..] ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException($"it is not UTF-8: byte {exception.BytesUnknown?[0]:x2} at offset {exception.Index}", exception);
        }
    }
}
