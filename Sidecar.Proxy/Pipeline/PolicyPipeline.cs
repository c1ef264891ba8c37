using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Pipeline;

/// <summary>The part of a request's way that configuration decides; built once for each configuration, from the policies that it asks for.</summary>
/// <param name="policies">The policies, in the order in which a request passes them.</param>
/// <param name="settings">The configuration.</param>
internal sealed class PolicyPipeline(IEnumerable<IPolicy> policies, SidecarSettings settings)
{
    private readonly Lock _lock = new();
    private readonly IPolicy[] _policies = [.. policies];
    private RequestDelegate _end = static _ => Task.CompletedTask;
    private volatile Way? _current;

    /// <summary>Says what follows the last policy.</summary>
    /// <param name="end">What follows.</param>
    /// <returns>The way through the policies to there.</returns>
    public RequestDelegate Before(RequestDelegate end)
    {
        _end = end;
        return PassAsync;
    }

    /// <summary>Whether a configuration asks for no policy at all.</summary>
    /// <param name="options">The configuration in force.</param>
    /// <returns>Whether requests pass none.</returns>
    public bool IsEmpty(SidecarOptions options) => Current() is var way && ReferenceEquals(way.Options, options) && ReferenceEquals(way.Pass, _end);

    private Task PassAsync(HttpContext context) => Current().Pass(context);

    private Way Current() => _current is { } way && ReferenceEquals(way.Options, settings.Current) ? way : Build();

    private Way Build()
    {
        lock (_lock)
        {
            var options = settings.Current;
            if (_current is { } other && ReferenceEquals(other.Options, options))
                return other;
            var pass = _end;
            for (var i = _policies.Length - 1; i >= 0; i--)
                pass = _policies[i].Apply(pass, options);
            return _current = new(options, pass);
        }
    }

    private sealed record Way(SidecarOptions Options, RequestDelegate Pass);
}
