using System.Collections;

namespace Sidecar.Proxy.Configuration;

/// <summary>Empty collections for the options' properties, by the type of their elements. NativeAOT compiles only the ones that are written down.</summary>
internal static class OptionsCollection
{
    private static readonly Dictionary<Type, Func<IList>> s_lists = new()
    {
        [typeof(ApiKeyEntryOptions)] = () => new List<ApiKeyEntryOptions>(),
        [typeof(CallerOptions)] = () => new List<CallerOptions>(),
        [typeof(CertificateOptions)] = () => new List<CertificateOptions>(),
        [typeof(ClaimOptions)] = () => new List<ClaimOptions>(),
        [typeof(FieldMatchOptions)] = () => new List<FieldMatchOptions>(),
        [typeof(int)] = () => new List<int>(),
        [typeof(JwtAlgorithm)] = () => new List<JwtAlgorithm>(),
        [typeof(RateLimitOptions)] = () => new List<RateLimitOptions>(),
        [typeof(RouteOptions)] = () => new List<RouteOptions>(),
        [typeof(SplitOptions)] = () => new List<SplitOptions>(),
        [typeof(string)] = () => new List<string>(),
        [typeof(TracePropagator)] = () => new List<TracePropagator>(),
    };

    private static readonly Dictionary<Type, Func<IDictionary>> s_dictionaries = new()
    {
        [typeof(IReadOnlyList<string>)] = WithoutCase<IReadOnlyList<string>>,
        [typeof(JwtIssuerOptions)] = WithoutCase<JwtIssuerOptions>,
        [typeof(string)] = WithoutCase<string>,
        [typeof(UpstreamOptions)] = WithoutCase<UpstreamOptions>,
    };

    /// <summary>A list.</summary>
    /// <exception cref="NotSupportedException">It is not written down above.</exception>
    public static IList List(Type element) => Find(s_lists, element);

    /// <summary>A dictionary whose keys are texts that differ by more than case.</summary>
    /// <exception cref="NotSupportedException">It is not written down above.</exception>
    public static IDictionary Dictionary(Type element) => Find(s_dictionaries, element);

    private static T Find<T>(Dictionary<Type, Func<T>> known, Type element) =>
        known.TryGetValue(element, out var create) ? create() : throw new NotSupportedException($"{nameof(OptionsCollection)} has no collection of {element}.");

    private static Dictionary<string, T> WithoutCase<T>() => new(StringComparer.OrdinalIgnoreCase);
}
