namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>Where a target is.</summary>
/// <param name="Url">What is configured.</param>
/// <param name="Weight">Its share of the requests, compared with that of the others.</param>
/// <param name="Found">Where DNS says that it is, or null to have every connection ask.</param>
internal sealed record TargetEndpoint(Uri Url, int Weight, IPEndPoint? Found);
