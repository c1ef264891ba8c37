namespace Sidecar.Proxy.Requests;

/// <summary>Chains, for each configuration, also after a reload, the filters that it asks for.</summary>
/// <param name="filters">The filters, in the order in which a request passes them.</param>
/// <param name="settings">The configuration.</param>
internal sealed class FilterPipeline(IEnumerable<IRequestFilter> filters, SidecarSettings settings)
{
    private readonly Lock _lock = new();
    private readonly IRequestFilter[] _filters = [.. filters];
    private volatile Chain? _current;

    /// <summary>Puts the filters before what follows them.</summary>
    public RequestHandler Before(RequestHandler end) => context => Current(end).First(context);

    private Chain Current(RequestHandler end) => _current is { } chain && ReferenceEquals(chain.Options, settings.Current) ? chain : Build(end);

    private Chain Build(RequestHandler end)
    {
        lock (_lock)
        {
            var options = settings.Current;
            if (_current is { } other && ReferenceEquals(other.Options, options))
                return other;
            var first = end;
            for (var i = _filters.Length - 1; i >= 0; i--)
                first = _filters[i].Apply(first, options);
            return _current = new(options, first);
        }
    }

    private sealed record Chain(SidecarOptions Options, RequestHandler First);
}
