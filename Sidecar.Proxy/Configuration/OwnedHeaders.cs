namespace Sidecar.Proxy.Configuration;

/// <summary>
/// Request headers in which the sidecar alone speaks to the application, by name or by prefix (<c>X-User-*</c>). A client's are dropped, trailers
/// included, and its Connection header cannot take the sidecar's out. <c>X_User</c> counts as <c>X-User</c>: servers in the manner of CGI cannot tell them apart.
/// </summary>
/// <param name="patterns">Names and prefixes.</param>
internal sealed class OwnedHeaders(IEnumerable<string> patterns)
{
    private readonly Patterns _patterns = new(patterns.Select(Spell));

    /// <summary>Whether this header is one of them.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(string name) => _patterns.Match(Spell(name));

    /// <summary>Drops those that a client sent.</summary>
    /// <param name="headers">The request's headers.</param>
    public void Drop(IHeaderDictionary headers)
    {
        List<string>? forged = null;
        foreach (var (name, _) in headers)
        {
            if (Contains(name))
                (forged ??= []).Add(name);
        }

        foreach (var name in forged ?? [])
            headers.Remove(name);
    }

    private static string Spell(string name) => name.Contains('_', StringComparison.Ordinal) ? name.Replace('_', '-') : name;
}
