using System.Text.Unicode;

namespace Sidecar.Proxy.Http1;

/// <summary>Text that a peer has sent, for people to read.</summary>
internal static class HttpText
{
    /// <summary>Reads a field's value.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>What they are in UTF-8; if they are no UTF-8, one character a byte.</returns>
    public static string Read(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    /// <summary>Reads a field's value.</summary>
    /// <param name="value">Its bytes, one a character.</param>
    /// <returns>As for bytes.</returns>
    public static string Read(string value) => Ascii.IsValid(value) ? value : Read(Encoding.Latin1.GetBytes(value));
}
