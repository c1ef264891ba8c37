using System.Text.Json;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>One request through a sidecar of its own, as the application and the client saw it.</summary>
/// <param name="Request">The head that the application received, or nothing.</param>
/// <param name="Response">What the client received.</param>
internal sealed record Exchange(string Request, string Response)
{
    public static async Task<Exchange> OfAsync(string request, string response = Answers.Ok, params string[] settings)
    {
        var received = "";
        await using var app = ScriptedApp.Serving(async connection =>
        {
            received = await connection.ReadHeadAsync();
            await connection.SendAsync(response);
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);
        var given = await sidecar.ExchangeAsync(request);
        return new(received, given);
    }
}

/// <summary>What to look at in a message.</summary>
internal static class Messages
{
    /// <summary>Checks that the sidecar itself has rejected a request, readably for people and for programs.</summary>
    public static void ShouldBeRejected(this string response, int status)
    {
        response.ShouldStartWith($"HTTP/1.1 {status} ");
        response.FieldsOf("Content-Type").ShouldBe(["application/problem+json"]);
        response.FieldsOf("Proxy-Status").ShouldHaveSingleItem().ShouldMatch("^sidecar; error=[a-z_]+$");
        response.FieldsOf("X-Request-Id").ShouldHaveSingleItem().ShouldNotBeEmpty();
        JsonDocument.Parse(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement.GetProperty("status").GetInt32().ShouldBe(status);
    }

    /// <summary>The values of all fields of a name in a message's head.</summary>
    public static IReadOnlyList<string> FieldsOf(this string message, string name) =>
        [.. message.Split("\r\n\r\n")[0].Split("\r\n").Skip(1).Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim(' ', '\t'))];

    /// <summary>Reads the body that a head speaks of: with a length or in chunks.</summary>
    public static async Task<string> ReadBodyAsync(this RawConnection connection, string head) =>
        head.FieldsOf("Content-Length") is [var length] ? await connection.ReadExactlyAsync(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)) : (await connection.ReadChunkedAsync()).Body;

    /// <summary>Reads a chunked body and its trailers, which stand behind it, a line each.</summary>
    public static async Task<(string Body, string[] Trailers)> ReadChunkedAsync(this RawConnection connection)
    {
        var body = "";
        while (true)
        {
            var size = int.Parse((await connection.ReadThroughAsync("\r\n")).Split(';')[0].Trim(), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
            if (size == 0)
                break;
            body += (await connection.ReadExactlyAsync(size + 2))[..^2];
        }

        var trailers = new List<string>();
        while (await connection.ReadThroughAsync("\r\n") is { Length: > 2 } line)
            trailers.Add(line[..^2]);
        return (body, [.. trailers]);
    }
}
