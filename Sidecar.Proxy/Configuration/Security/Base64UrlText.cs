using System.Buffers.Text;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Base64url as JOSE writes it (RFC 7515, section 2): without padding, white space or anything else that .NET's decoder would skip.</summary>
internal static class Base64UrlText
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Decodes.</summary>
    /// <returns>The bytes, or null when it is not base64url.</returns>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Alphabet) || text.Length % 4 == 1)
            return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) ? bytes.Length == written ? bytes : bytes[..written] : null;
    }
}
