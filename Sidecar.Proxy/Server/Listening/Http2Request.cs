using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Checks the head of an HTTP/2 request for everything that would end a line, a name or a target where HTTP/1 writes it down
/// (RFC 9113, section 10.3). Kestrel lets line ends in names through, and spaces and control characters in targets.
/// </summary>
internal static class Http2Request
{
    /// <summary>Reads a head.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">Its target as it came.</param>
    /// <returns>Why it is refused, or null.</returns>
    public static Rejection? Read(HttpRequest request, string target)
    {
        if (!HttpGrammar.IsToken(request.Method))
            return Bad("the method is not a token");
        if (!HttpMethods.IsConnect(request.Method) && !HttpGrammar.IsTarget(target))
            return Bad("the request target holds a space, a fragment, a control byte or a byte outside ASCII");
        if (request.Headers.ContainsKey(HeaderNames.TransferEncoding))
            return Bad("there is Transfer-Encoding in HTTP/2");
        if (!HttpGrammar.IsHost(request.Headers.Host.ToString()))
            return Bad("the authority is not one host");
        foreach (var (name, values) in request.Headers)
        {
            if (!HttpGrammar.IsToken(name[0] == ':' ? name.AsSpan(1) : name))
                return Bad("a header's name holds a byte that it must not");
            foreach (var value in values)
            {
                if (!HttpGrammar.IsFieldValue(value))
                    return Bad("a header's value holds a control byte");
            }
        }

        return null;
    }

    private static Rejection Bad(string reason) => Rejection.Bad(reason);
}
