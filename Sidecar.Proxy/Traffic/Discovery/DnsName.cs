using System.Text;

namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Domain names on the wire (RFC 1035, sections 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    private const int MaxLabel = 63;
    private const int MaxName = 255;
    private const int Pointer = 0xc0;

    /// <summary>Whether a text can be a name.</summary>
    /// <param name="name">The text, without a dot at the end.</param>
    /// <returns>Whether it can.</returns>
    public static bool IsValid(string name) => name.Length is > 0 and < MaxName - 1 && name.Split('.').All(static label => label.Length is > 0 and <= MaxLabel && label.All(IsLabelCharacter));

    /// <summary>Writes a valid name.</summary>
    /// <param name="name">The name, without a dot at the end.</param>
    /// <param name="buffer">Where to; with room for two bytes more than it has characters.</param>
    /// <returns>How many bytes it took.</returns>
    public static int Write(string name, Span<byte> buffer)
    {
        var position = 0;
        foreach (var label in name.Split('.'))
        {
            buffer[position++] = (byte)label.Length;
            position += Encoding.ASCII.GetBytes(label, buffer[position..]);
        }

        buffer[position++] = 0;
        return position;
    }

    /// <summary>Reads a name. A pointer has to point further back than anything before it, so that there are no circles.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="position">Where the name begins; afterwards where it ends.</param>
    /// <param name="name">The name, in lower case, without a dot at the end; empty for the root.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, out string name)
    {
        name = "";
        var text = new StringBuilder();
        var (at, lowest, jumped) = (position, position, false);
        while (at < message.Length)
        {
            var length = message[at++];
            if (length == 0)
            {
                if (!jumped)
                    position = at;
                name = text.ToString();
                return true;
            }

            if ((length & Pointer) == Pointer)
            {
                if (at >= message.Length)
                    return false;
                var target = ((length & ~Pointer) << 8) | message[at++];
                if (!jumped)
                    position = at;
                if (target >= lowest)
                    return false;
                (at, lowest, jumped) = (target, target, true);
            }
            else if (length > MaxLabel || at + length > message.Length || text.Length + length + 1 >= MaxName || !TryAppend(text, message.Slice(at, length)))
            {
                return false;
            }
            else
            {
                at += length;
            }
        }

        return false;
    }

    private static bool TryAppend(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0)
            text.Append('.');
        foreach (var one in label)
        {
            if (!IsLabelCharacter((char)one))
                return false;
            text.Append(char.ToLowerInvariant((char)one));
        }

        return true;
    }

    // No dot, which would make two labels of one, and nothing that does not belong into a log.
    private static bool IsLabelCharacter(char character) => character is > ' ' and <= '~' and not '.';
}
