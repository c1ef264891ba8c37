using System.Diagnostics.Metrics;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Counts requests in flight by method and scheme, and is asked for it when metrics are collected: that costs a request less than a counter of the SDK's.</summary>
internal sealed class ActiveRequests
{
    private static readonly string[] Schemes = ["http", "https"];

    private readonly long[] _counts = new long[Instrumentation.Methods.Length * Schemes.Length];
    private readonly bool[] _seen = new bool[Instrumentation.Methods.Length * Schemes.Length];

    /// <summary>Counts a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="change">1 in, -1 out.</param>
    public void Add(RequestRecord request, int change)
    {
        var place = (Instrumentation.MethodPlace(request.Method) * Schemes.Length) + (request.Scheme == Schemes[0] ? 0 : 1);
        Interlocked.Add(ref _counts[place], change);
        _seen[place] = true;
    }

    /// <summary>What is in flight.</summary>
    /// <returns>A measurement for each method and scheme that there ever was.</returns>
    public IEnumerable<Measurement<long>> Measure()
    {
        for (var place = 0; place < _counts.Length; place++)
        {
            if (_seen[place])
                yield return new(Interlocked.Read(ref _counts[place]), new("http.request.method", Instrumentation.Methods[place / Schemes.Length]), new("url.scheme", Schemes[place % Schemes.Length]));
        }
    }
}
