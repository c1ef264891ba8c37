using System.Collections.Frozen;

namespace Sidecar.Proxy.Configuration;

/// <summary>Texts, some of them by their beginning only: <c>X-User</c>, <c>X-User-*</c>. Thousands take little longer to look through than a few.</summary>
internal sealed class Patterns
{
    private readonly FrozenSet<string> _whole;
    private readonly string[] _beginnings;
    private readonly StringComparison _comparison;
    private readonly StringComparer _comparer;

    /// <summary>Puts them in order.</summary>
    /// <param name="patterns">The texts; one with a <c>*</c> at its end is a beginning.</param>
    /// <param name="comparison">Ordinal, whether case matters or not.</param>
    public Patterns(IEnumerable<string> patterns, StringComparison comparison = StringComparison.OrdinalIgnoreCase)
    {
        string[] all = [.. patterns];
        (_comparison, _comparer) = (comparison, StringComparer.FromComparison(comparison));
        _whole = all.Where(static pattern => !pattern.EndsWith('*')).ToFrozenSet(_comparer);
        var beginnings = new List<string>();
        foreach (var beginning in all.Where(static pattern => pattern.EndsWith('*')).Select(static pattern => pattern[..^1]).Order(_comparer))
        {
            // One that begins with another one finds nothing more.
            if (beginnings.Count == 0 || !beginning.StartsWith(beginnings[^1], comparison))
                beginnings.Add(beginning);
        }

        _beginnings = [.. beginnings];
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _whole.Count == 0 && _beginnings.Length == 0;

    /// <summary>Whether a text is among them.</summary>
    public bool Match(string text)
    {
        if (_whole.Contains(text))
            return true;
        // The last one that is not behind the text is the only one that it can begin with.
        var at = Array.BinarySearch(_beginnings, text, _comparer);
        return at >= 0 || (~at > 0 && text.StartsWith(_beginnings[~at - 1], _comparison));
    }
}
