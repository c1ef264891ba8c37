using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>A request whose body comes in pieces.</summary>
internal static class Upload
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    public static string Post(long length, string start = "", string method = "POST") =>
        $"{method} / HTTP/1.1\r\nHost: a\r\naCCept: x\r\nContent-Length: {length}\r\n\r\n{start}";

    /// <summary>The app's connection, when the request's head has come on it the way it should.</summary>
    public static async Task<RawConnection> AcceptedUploadAsync(this ScriptedApp app)
    {
        var connection = await app.AcceptedAsync();
        await connection.ReadUploadHeadAsync();
        return connection;
    }

    public static async Task ReadUploadHeadAsync(this RawConnection connection) =>
        (await connection.ReadHeadAsync()).ShouldContain("\r\naCCept: x\r\n", Case.Sensitive);
}
