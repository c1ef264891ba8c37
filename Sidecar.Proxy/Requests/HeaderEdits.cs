using Microsoft.Extensions.Primitives;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Requests;

/// <summary>What is changed about headers, ready to be done.</summary>
internal sealed class HeaderEdits(HeaderEditOptions options)
{
    private readonly HashSet<string> _dropped = new(options.Remove.Concat(options.Set.Keys), StringComparer.OrdinalIgnoreCase);
    private readonly KeyValuePair<string, string>[] _added = [.. options.Set, .. options.Add];

    /// <summary>Prepares edits.</summary>
    /// <param name="options">What is configured, or null.</param>
    /// <returns>The edits, or null when there is nothing to be done.</returns>
    public static HeaderEdits? Of(HeaderEditOptions? options) =>
        options is null || options.Set.Count + options.Add.Count + options.Remove.Count == 0 ? null : new(options);

    /// <summary>Whether a header that is there does not stay.</summary>
    public bool Drops(string name) => _dropped.Contains(name);

    /// <summary>Whether a header that is there does not stay.</summary>
    public bool Drops(FieldTable fields, int index)
    {
        foreach (var name in _dropped)
        {
            if (fields.IsNamed(index, name))
                return true;
        }

        return false;
    }

    /// <summary>Hands out what comes in addition to what stays.</summary>
    /// <typeparam name="TState">What <paramref name="add"/> needs.</typeparam>
    public void Write<TState>(TState state, Action<TState, string, string> add)
    {
        foreach (var (name, value) in _added)
            add(state, name, value);
    }

    /// <summary>Does it to a response's headers.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        foreach (var name in _dropped)
            headers.Remove(name);
        foreach (var (name, value) in _added)
            headers[name] = StringValues.Concat(headers[name], value);
    }
}
