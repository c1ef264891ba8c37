using System.Net.Sockets;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Identity;

/// <summary>A sidecar that asks its clients for certificates.</summary>
internal static class MutualTls
{
    /// <summary>Starts one that is <c>spiffe://example.org/sidecar</c> and, unless the settings say otherwise, lets nobody in without a certificate.</summary>
    /// <param name="authority">Whose certificates it believes, and who has issued its own.</param>
    /// <param name="target">The app's address.</param>
    /// <param name="settings">The rest of its configuration.</param>
    public static Task<RunningSidecar> StartAsync(TestAuthority authority, string target, params string[] settings)
    {
        using var certificate = authority.Issue("CN=sidecar", ["localhost"], ["spiffe://example.org/sidecar"]);
        var (file, key) = authority.Write("tls", certificate);
        return RunningSidecar.StartAsync(
            target,
            [
                $"Sidecar:Listener:Tls:CertificateFile={file}",
                $"Sidecar:Listener:Tls:KeyFile={key}",
                $"Sidecar:Listener:Tls:ClientCertificates:CaFile={authority.File}",
                "Sidecar:Listener:Tls:ClientCertificates:Mode=require",
                .. settings,
            ]);
    }

    /// <summary>Sends a request, and has the app answer it.</summary>
    /// <returns>The head that the app received.</returns>
    public static Task<string> ExchangeAsync(ScriptedApp app, TlsConnection client, params string[] headers) => ForwardedAsync(app, client.GetAsync(headers));

    /// <summary>Has the app answer a request that is on its way.</summary>
    /// <returns>The head that the app received.</returns>
    public static async Task<string> ForwardedAsync(ScriptedApp app, Task<string> exchange)
    {
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        connection.Socket.Shutdown(SocketShutdown.Send);
        (await exchange).ShouldStartWith("HTTP/1.1 200");
        return head;
    }

    /// <summary>What the application was told of the client, once or not at all.</summary>
    public static string? Header(string head) =>
        head.Split("\r\n").SingleOrDefault(line => line.StartsWith("X-Forwarded-Client-Cert: ", StringComparison.OrdinalIgnoreCase))?["X-Forwarded-Client-Cert: ".Length..];
}
