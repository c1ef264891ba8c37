using System.Text;
using SharpFuzz;

namespace SidecarAspire.Fuzz;

/// <summary>A reader and what must hold of it for any input.</summary>
/// <param name="Check">Throws when a property does not hold.</param>
/// <param name="Seeds">What the fuzzer begins with.</param>
internal sealed record Target(Action<byte[]> Check, string[] Seeds)
{
    /// <summary>How the input is cut into packets: at every byte, then coarser, then not at all.</summary>
    public static readonly int[] Cuts = [1, 2, 3, 7, 16, int.MaxValue];

    /// <summary>The targets.</summary>
    public static readonly IReadOnlyDictionary<string, Target> All = new Dictionary<string, Target>
    {
        ["request-head"] = new(RequestHeadTarget.Check, RequestHeadTarget.Seeds),
        ["response-head"] = new(ResponseHeadTarget.Check, ResponseHeadTarget.Seeds),
        ["chunked-body"] = new(ChunkedBodyTarget.Check, ChunkedBodyTarget.Seeds),
    };

    /// <summary>Checks every input that the fuzzer has.</summary>
    /// <param name="check">The check.</param>
    public static void Run(Action<byte[]> check) => Fuzzer.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        check(input.ToArray());
    });

    /// <summary>Fails unless a property holds.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="property">The property.</param>
    public static void Hold(bool holds, string property)
    {
        if (!holds)
            throw new InvalidOperationException(property);
    }

    /// <summary>Fails unless what was read is the same for every way to cut the input.</summary>
    /// <param name="read">Reads the input, cut into pieces of a length, and says what was read.</param>
    /// <returns>What was read.</returns>
    public static string Same(Func<int, string> read)
    {
        var whole = read(int.MaxValue);
        foreach (var cut in Cuts)
            Hold(read(cut) == whole, $"Cut into pieces of {cut}, it is read as something else.");
        return whole;
    }

    /// <summary>Fails unless a field can be written as it was read.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public static void CheckField(string name, string value)
    {
        Sidecar.Proxy.Http1.HeadWriter.Check(name, value);
        Hold(value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 && value.Trim(' ', '\t') == value, "A field's value holds what ends a line.");
    }

    /// <summary>The bytes of a text.</summary>
    /// <param name="text">The text, one character a byte.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
