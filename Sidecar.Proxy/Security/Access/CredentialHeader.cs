using Microsoft.Extensions.Primitives;

namespace Sidecar.Proxy.Security.Access;

/// <summary>A header that credentials are in, with every spelling that an application may take for it: <c>X_Api_Key</c> counts as <c>X-Api-Key</c>.</summary>
internal sealed class CredentialHeader(string name)
{
    private readonly OwnedHeaders? _spellings = name.AsSpan().ContainsAny('-', '_') ? new([name]) : null;

    /// <summary>Finds all values.</summary>
    /// <returns>The values of all spellings.</returns>
    public StringValues Find(IHeaderDictionary headers)
    {
        if (_spellings is null)
            return headers[name];
        var found = StringValues.Empty;
        foreach (var (other, values) in headers)
        {
            if (_spellings.Contains(other))
                found = StringValues.Concat(found, values);
        }

        return found;
    }

    /// <summary>Takes out all spellings.</summary>
    public void Remove(IHeaderDictionary headers)
    {
        if (_spellings is null)
            headers.Remove(name);
        else
            _spellings.Drop(headers);
    }
}
