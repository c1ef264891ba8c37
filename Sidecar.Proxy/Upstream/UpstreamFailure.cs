using System.Net.Sockets;
using System.Security.Authentication;

namespace Sidecar.Proxy.Upstream;

/// <summary>Tells from an exception what went wrong on the way to the application.</summary>
internal static class UpstreamFailure
{
    /// <summary>Names the failure.</summary>
    /// <param name="exception">What was thrown, or null.</param>
    /// <returns>Its name.</returns>
    public static ProxyError Classify(Exception? exception)
    {
        if (Find<SocketException>(exception) is { } socket)
            return Classify(socket.SocketErrorCode);
        if (Find<TimeoutException>(exception) is not null)
            return ProxyError.ConnectionTimeout;
        if (Find<AuthenticationException>(exception) is { } tls)
            return tls.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) ? ProxyError.TlsCertificateError : ProxyError.TlsProtocolError;
        // Over HTTP/2 HttpClient has no name for it.
        if (exception?.GetBaseException().Message.Contains("headers length exceeded", StringComparison.Ordinal) == true)
            return ProxyError.ResponseHeadersTooLarge;
        return Find<HttpRequestException>(exception)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => ProxyError.DnsError,
            HttpRequestError.SecureConnectionError => ProxyError.TlsProtocolError,
            HttpRequestError.ConnectionError => ProxyError.DestinationUnroutable,
            HttpRequestError.ResponseEnded => ProxyError.ConnectionTerminated,
            HttpRequestError.ConfigurationLimitExceeded => ProxyError.ResponseHeadersTooLarge,
            HttpRequestError.InvalidResponse or HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError => ProxyError.HttpProtocolError,
            _ => exception is IOException or HttpRequestException ? ProxyError.ConnectionTerminated : ProxyError.Internal,
        };
    }

    /// <summary>The innermost message, which is the one that says something.</summary>
    /// <param name="exception">What was thrown, or null.</param>
    /// <returns>One line, or null.</returns>
    public static string? Describe(Exception? exception) => exception is HttpRequestException { HttpRequestError: HttpRequestError.ExtendedConnectNotSupported }
        ? "the application's HTTP/2 has no WebSockets (RFC 8441)"
        : exception?.GetBaseException().Message.ReplaceLineEndings(" ");

    private static ProxyError Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ProxyError.ConnectionRefused,
        SocketError.TimedOut => ProxyError.ConnectionTimeout,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => ProxyError.DnsError,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            or SocketError.AddressNotAvailable or SocketError.AccessDenied => ProxyError.DestinationUnroutable,
        _ => ProxyError.ConnectionTerminated,
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is T found)
                return found;
            if (current is AggregateException many && many.InnerExceptions.Select(Find<T>).FirstOrDefault(inner => inner is not null) is { } inner)
                return inner;
        }

        return null;
    }
}
