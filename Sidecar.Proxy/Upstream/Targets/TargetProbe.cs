using System.Net.Security;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>Asks a target for a path in the sidecar's own name, on a connection of its own: whether it still takes connections is part of the question.</summary>
/// <param name="credentials">What https targets are checked against, and shown.</param>
internal sealed class TargetProbe(UpstreamCredentials credentials)
{
    /// <summary>Asks.</summary>
    /// <param name="target">The target.</param>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The status code of the response.</returns>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public async Task<int> GetStatusAsync(Target target, string path, CancellationToken cancellationToken)
    {
        var upstream = target.Cluster.Options;
        var isHttp2 = upstream.Protocol == UpstreamProtocol.Http2;
        var tls = target.Scheme == Uri.UriSchemeHttps
            ? TlsClient.Options(upstream, credentials.Current(upstream), target.Name, isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11)
            : null;
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancellationToken) => TlsClient.OpenAsync(context.DnsEndPoint, tls, cancellationToken),
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Url + path);
        request.Headers.Host = target.Authority;
        if (isHttp2)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        using var response = await http.SendAsync(request, cancellationToken);
        return (int)response.StatusCode;
    }
}
