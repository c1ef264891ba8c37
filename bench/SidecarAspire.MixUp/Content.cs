using System.Globalization;
using System.Text;

namespace SidecarAspire.MixUp;

/// <summary>What one direction of one request carries: each 20 bytes of it say which request they belong to, which direction, and their place.</summary>
/// <param name="id">The request.</param>
/// <param name="direction">A letter: <c>q</c>, <c>s</c> or <c>u</c> for request, response, upgraded.</param>
internal sealed class Content(long id, char direction)
{
    private const int BlockBytes = 20;

    private readonly byte[] _block = new byte[BlockBytes];
    private long _position;

    /// <summary>Writes the next bytes.</summary>
    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = Next();
    }

    /// <summary>Checks the next bytes.</summary>
    public void Check(ReadOnlySpan<byte> bytes, string where)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != Next())
                throw new MixUpException($"{where} of request {id}: byte {_position - 1} is foreign: '{Encoding.Latin1.GetString(bytes[Math.Max(0, i - 20)..Math.Min(bytes.Length, i + 60)])}'");
        }
    }

    private byte Next()
    {
        var place = (int)(_position % BlockBytes);
        if (place == 0)
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id:D10}{direction}{_position / BlockBytes:D8};"), _block);
        _position++;
        return _block[place];
    }
}

/// <summary>A byte, or a whole message, that belongs to another request, or to none.</summary>
internal sealed class MixUpException(string message) : Exception(message);
