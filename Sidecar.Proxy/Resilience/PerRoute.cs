using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Resilience;

/// <summary>What holds for a request: what its route has of its own, else what holds for everybody.</summary>
/// <typeparam name="T">What is made of the options.</typeparam>
internal sealed class PerRoute<T>
    where T : class
{
    private readonly T? _global;
    private readonly Dictionary<RouteOptions, T> _own = new(ReferenceEqualityComparer.Instance);

    private PerRoute(T? global) => _global = global;

    /// <summary>All there are.</summary>
    public IEnumerable<T> All => _global is null ? _own.Values : _own.Values.Prepend(_global);

    /// <summary>Makes what a configuration asks for.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="part">The part that it is made of.</param>
    /// <param name="make">Makes it for a route by its name, or for everybody, where the name is null.</param>
    /// <typeparam name="TOptions">The part's type.</typeparam>
    public static PerRoute<T> Of<TOptions>(SidecarOptions options, Func<ResilienceOptions, TOptions?> part, Func<string?, TOptions, T> make)
        where TOptions : class
    {
        var result = new PerRoute<T>(part(options.Resilience) is { } global ? make(null, global) : null);
        foreach (var route in options.Routes)
        {
            if (route.Resilience is { } resilience && part(resilience) is { } own)
                result._own[route] = make(route.Name, own);
        }

        return result;
    }

    /// <summary>Finds what holds for a request.</summary>
    /// <returns>It, or null when nothing does.</returns>
    public T? For(HttpContext context) =>
        _own.Count > 0 && context.Features.Get<Route>() is { } route && _own.TryGetValue(route.Options, out var own) ? own : _global;
}
