namespace Sidecar.Proxy.Configuration;

/// <summary>The configuration cannot be used.</summary>
/// <param name="problems">What is wrong with it, at least one thing.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems) : Exception(string.Join(Environment.NewLine, Lines(problems)))
{
    private const int MaxLines = 20;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;

    /// <summary>What is wrong, in one line.</summary>
    public string Line => string.Join("; ", Lines(Problems));

    private static IEnumerable<string> Lines(IReadOnlyList<ConfigurationProblem> problems)
    {
        var lines = problems.Take(MaxLines).Select(static problem => problem.ToString());
        return problems.Count > MaxLines ? lines.Append($"{problems.Count - MaxLines} more problems like these") : lines;
    }
}

/// <summary>One thing wrong with the configuration, in the operator's words.</summary>
/// <param name="Key">The key as the operator wrote it: <c>PORT</c>, or <c>Sidecar:Listener:Port</c>.</param>
/// <param name="Value">The value found.</param>
/// <param name="Allowed">What would have been allowed.</param>
public record ConfigurationProblem(string Key, string Value, string Allowed)
{
    private const int MaxValue = 200;
    private const int MaxAllowed = 1000;

    private static readonly string[] UrlKeys = ["Url", "_ENDPOINT", "TARGET", "Host", "Server"];

    /// <summary>The one line that is printed.</summary>
    /// <returns>Key, value and what is allowed.</returns>
    public override string ToString() => OneLine($"{Key}: '{Short(Secrets.Hide(Value, IsUrl()), MaxValue)}' is not allowed; it must be {Short(Secrets.Hide(Allowed), MaxAllowed)}");

    /// <summary>Takes out what would begin another line, or is no text.</summary>
    /// <returns>One line.</returns>
    protected static string OneLine(string text) => string.Concat(text.ReplaceLineEndings(" ").EnumerateRunes().Select(static rune => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString()));

    private bool IsUrl() =>
        UrlKeys.Any(end => Key.EndsWith(end, StringComparison.OrdinalIgnoreCase)) || Key.Contains(":Targets", StringComparison.OrdinalIgnoreCase) || Key.Contains(":Istio:Hosts", StringComparison.OrdinalIgnoreCase)
        || (Value.StartsWith('/') && !Key.EndsWith("Regex", StringComparison.OrdinalIgnoreCase));

    // What is too long to be read at a glance, such as a list of thousands, is cut.
    private static string Short(string text, int length) => text.Length > length ? $"{text.AsSpan(0, length)}..." : text;
}
