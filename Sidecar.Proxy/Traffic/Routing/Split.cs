using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Upstream.LoadBalancing;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Deals requests to the shares of a route, by chance or by a key.</summary>
internal sealed class Split
{
    private readonly (long End, Route Route)[] _shares;
    private readonly StickyOptions? _key;
    private readonly HeaderOptions _headers;

    /// <summary>Prepares the shares.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="headers">Who is trusted to tell the client's address.</param>
    /// <param name="make">Makes the route of a share.</param>
    public Split(RouteOptions options, HeaderOptions headers, Func<SplitOptions, Route> make)
    {
        var end = 0L;
        _shares = [.. options.Split.Where(share => share.Weight > 0).Select(share => (end += share.Weight, make(share)))];
        (_key, _headers) = (options.StickyBy, headers);
    }

    /// <summary>Chooses a share.</summary>
    /// <returns>The share's route.</returns>
    public Route Deal(HttpContext context, RequestRecord record)
    {
        var point = Key(context, record) * _shares[^1].End;
        foreach (var (end, route) in _shares)
        {
            if (point < end)
                return route;
        }

        return _shares[^1].Route;
    }

    private double Key(HttpContext context, RequestRecord record)
    {
        if (_key is null)
            return Random.Shared.NextDouble();
        if (_key.ClientAddress)
            return (ClientAddress.Of(record, context.Request.Headers, _headers) ?? record.ClientAddress) is { } address ? OfAddress(address) : Random.Shared.NextDouble();
        var value = _key.Header is { } name ? RequestFields.Header(context, record, name) : RequestFields.Cookie(context, record, _key.Cookie!);
        return string.IsNullOrEmpty(value) ? Random.Shared.NextDouble() : StableHash.Point(value);
    }

    private static double OfAddress(IPAddress address)
    {
        Span<char> text = stackalloc char[64];
        return address.TryFormat(text, out var length) ? StableHash.Point(text[..length]) : 0;
    }
}
