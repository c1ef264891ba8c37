using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Allows paths as they stand in a request: encoded, without query and fragment.</summary>
public sealed class RequestPathAttribute()
    : TextCheckAttribute("a path such as /api, percent-encoded where it must be, without dot segments, query or fragment", static path => path.StartsWith('/') && HttpGrammar.IsTarget(path) && !path.Contains('?') && RequestPath.Canonicalize(path) is not null);
