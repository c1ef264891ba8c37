using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Direct;

/// <summary>
/// A request whose body comes in pieces, either way: past Kestrel, which would spell a header otherwise, or through the pipeline, which a TE header forces.
/// </summary>
internal static class Upload
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    public static string Post(bool direct, long length, string start = "", string method = "POST") =>
        $"{method} / HTTP/1.1\r\nHost: a\r\naCCept: x\r\n{(direct ? "" : "TE: trailers\r\n")}Content-Length: {length}\r\n\r\n{start}";

    /// <summary>The app's connection, when the request's head has come on it the way it should.</summary>
    public static async Task<RawConnection> AcceptedAsync(this ScriptedApp app, bool direct)
    {
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync(direct);
        return connection;
    }

    public static async Task ReadHeadAsync(this RawConnection connection, bool direct) =>
        (await connection.ReadHeadAsync()).Contains("\r\naCCept: x\r\n", StringComparison.Ordinal).ShouldBe(direct, "which way it went");
}
