using System.Net;
using Sidecar.Proxy.Security.Transport;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Gets the bytes of a JSON Web Key Set.</summary>
internal static class JwksDocument
{
    /// <summary>Fetches it. Every time on a new connection: it is rare, and DNS, authorities and the far end may have changed.</summary>
    /// <param name="options">From where; <see cref="JwksOptions.Url"/> is given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was there.</returns>
    /// <exception cref="HttpRequestException">There was no answer, or none with 200, or too large a one.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<byte[]> FetchAsync(JwksOptions options, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Timeout,
            SslOptions = new() { CertificateChainPolicy = TrustPolicy.Of(options.CaFile is { } file ? Pem.LoadAuthorities(file) : null) },
        };
        using var client = new HttpClient(handler) { Timeout = options.Timeout, MaxResponseContentBufferSize = options.MaxBytes };
        using var answer = await client.GetAsync(new Uri(options.Url!), cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsByteArrayAsync(cancellationToken)
            : throw new HttpRequestException($"the answer is {(int)answer.StatusCode}, not 200");
    }
}
