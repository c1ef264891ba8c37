namespace Sidecar.Proxy.Tests.Wire;

/// <summary>An application that answers with the request as it received it.</summary>
internal static class EchoApp
{
    public static ScriptedApp Start() => ScriptedApp.Serving(async connection =>
    {
        var request = await connection.ReadMessageAsync();
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {request.Length}\r\n\r\n{request}");
    });
}
