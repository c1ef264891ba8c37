using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Pipeline;

/// <summary>The part of a request's way that configuration decides; built once for each configuration, from the policies that it asks for.</summary>
/// <param name="policies">The policies, in the order in which a request passes them.</param>
/// <param name="end">What follows the last of them.</param>
/// <param name="settings">The configuration.</param>
internal sealed class PolicyPipeline(IReadOnlyList<IPolicy> policies, RequestDelegate end, SidecarSettings settings)
{
    private readonly Lock _lock = new();
    private volatile Way? _current;

    /// <summary>Passes a request the way of the configuration in force.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context)
    {
        var way = _current;
        if (way is null || !ReferenceEquals(way.Options, settings.Current))
            way = Build();
        return way.Pass(context);
    }

    private Way Build()
    {
        lock (_lock)
        {
            var options = settings.Current;
            if (_current is { } other && ReferenceEquals(other.Options, options))
                return other;
            var pass = end;
            for (var i = policies.Count - 1; i >= 0; i--)
                pass = policies[i].Apply(pass, options);
            return _current = new(options, pass);
        }
    }

    private sealed record Way(SidecarOptions Options, RequestDelegate Pass);
}
