using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Security.Access;

/// <summary>Finds in a path what some application reads otherwise than it is written. The list is closed, and stands in docs/security.md.</summary>
internal static class PathSpelling
{
    private const int StackLength = 256;

    /// <summary>Finds the folder that the path stays in, however it is read.</summary>
    /// <param name="path">The path as the client sent it; it begins with a slash.</param>
    /// <returns>The folder's canonical path, with a slash at its end; null when all applications read the path alike.</returns>
    public static string? FolderOf(string path)
    {
        for (var slash = 0; slash < path.Length;)
        {
            var segment = path.AsSpan(slash + 1);
            var end = segment.IndexOf('/');
            if (end >= 0 ? end == 0 || IsOdd(segment[..end]) : IsOdd(segment))
                return MayLeave(path.AsSpan(slash)) ? "/" : RequestPath.Canonicalize(path[..(slash + 1)]);
            slash += 1 + (end >= 0 ? end : segment.Length);
        }

        return null;
    }

    private static bool IsOdd(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
            return false;
        Span<byte> buffer = segment.Length <= StackLength ? stackalloc byte[segment.Length] : new byte[segment.Length];
        var bytes = buffer[..DecodeOnce(segment, buffer)];
        for (var i = 0; i < bytes.Length; i++)
        {
            var isOdd = bytes[i] switch
            {
                (byte)';' or (byte)'/' or (byte)'\\' or 0x7F or < 0x20 => true,
                // What is encoded still has been encoded twice.
                (byte)'%' => i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]),
                _ => IsOverlong(bytes[i..]),
            };
            if (isOdd)
                return true;
        }

        return bytes[^1] == '.' || IsSpace(Rune.DecodeFromUtf8(bytes, out var first, out _), first) || IsSpace(Rune.DecodeLastFromUtf8(bytes, out var last, out _), last);
    }

    private static bool IsSpace(System.Buffers.OperationStatus status, Rune rune) => status == System.Buffers.OperationStatus.Done && Rune.IsWhiteSpace(rune);

    /// <summary>UTF-8 in more bytes than it takes: C0 AF is a slash to a decoder that does not look (RFC 3629, section 10).</summary>
    private static bool IsOverlong(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xC0 or 0xC1 or >= 0xF8, ..] => true,
        [0xE0, >= 0x80 and < 0xA0, ..] => true,
        [0xF0, >= 0x80 and < 0x90, ..] => true,
        _ => false,
    };

    /// <summary>Whether what follows a folder could be read as a path outside of it.</summary>
    private static bool MayLeave(ReadOnlySpan<char> rest)
    {
        Span<char> text = rest.Length <= StackLength ? stackalloc char[rest.Length] : new char[rest.Length];
        text = text[..RequestPath.Decode(rest, text, default)];
        if (text.IndexOf("..") >= 0)
            return true;
        // Whatever these are left out of, or cut off, or decoded to.
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if ((text[i], text[i + 1], text[i + 2]) is ('%', '0' or '1', _) or ('%', '7', 'F') or ('%', 'C', '0' or '1') or ('%', 'E', '0') or ('%', 'F', '0' or '8' or '9' or (>= 'A' and <= 'F')))
                return true;
        }

        return false;
    }

    private static int DecodeOnce(ReadOnlySpan<char> segment, Span<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] == '%' && i + 2 < segment.Length && char.IsAsciiHexDigit(segment[i + 1]) && char.IsAsciiHexDigit(segment[i + 2]))
            {
                bytes[length++] = (byte)((RequestPath.HexValue(segment[i + 1]) << 4) | RequestPath.HexValue(segment[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = (byte)segment[i];
            }
        }

        return length;
    }
}
