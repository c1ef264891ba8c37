using System.Buffers.Binary;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Names requests that come without a name: UUIDs of version 7 (RFC 9562, section 5.7), as Guid.CreateVersion7 makes them, which,
/// however, asks the operating system for each one's random bytes.
/// </summary>
internal static class RequestId
{
    private const int RandomBytes = 10;

    [ThreadStatic]
    private static byte[]? t_random;

    [ThreadStatic]
    private static int t_used;

    /// <summary>Whether a client's id can be the request's: from 1 to 128 visible characters of ASCII.</summary>
    /// <param name="given">What the client sent.</param>
    public static bool IsOne(string? given) => given is { Length: > 0 and <= 128 } && !given.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Makes up a name that nobody can guess.</summary>
    /// <param name="now">The time that it begins with, to the millisecond.</param>
    /// <returns>36 characters.</returns>
    public static string New(DateTimeOffset now)
    {
        var random = t_random ??= new byte[100 * RandomBytes];
        if (t_used == 0)
            KernelRandom.Fill(random);
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, now.ToUnixTimeMilliseconds() << 16);
        var part = random.AsSpan(t_used, RandomBytes);
        part.CopyTo(id[6..]);
        // What was given out stays nowhere.
        part.Clear();
        t_used = (t_used + RandomBytes) % random.Length;
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true).ToString();
    }
}
