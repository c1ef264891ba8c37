namespace Sidecar.Proxy.Forwarding;

/// <summary>Header names, some of them by their beginning only: <c>X-User</c>, <c>X-User-*</c>. Case does not matter.</summary>
/// <param name="patterns">The names.</param>
internal sealed class HeaderPatterns(IEnumerable<string> patterns)
{
    private readonly string[] _patterns = [.. patterns];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Whether a header is among them.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is.</returns>
    public bool Match(string name)
    {
        foreach (var pattern in _patterns)
        {
            var isPrefix = pattern.EndsWith('*');
            if (isPrefix ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase) : name.Equals(pattern, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
