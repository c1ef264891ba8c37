using System.Text;
using System.Text.Json;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>What clients send is text in the log, whatever bytes it is: UTF-8 is itself, and nothing makes a line that a reader of UTF-8 refuses.</summary>
public sealed class LogFieldTests
{
    private const string Text = "caf\u00e9 \u4e2d\u6587 \ud83d\ude80";

    [Fact]
    public async Task A_field_in_UTF_8_is_itself_as_json_and_for_collectors()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=json");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Encoding.UTF8.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: {Text}\r\n\r\n"));

        JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement.GetProperty("user_agent.original").GetString().ShouldBe(Text);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["user_agent.original"].ShouldBe(Text);
    }

    /// <summary>Latin-1, an overlong form, half a character, a surrogate.</summary>
    [Theory]
    [InlineData("caf\u00e9")]
    [InlineData("a\u00c0\u00afb")]
    [InlineData("a\u00e4\u00b8")]
    [InlineData("a\u00ed\u00a0\u0080b")]
    public async Task A_field_in_anything_else_loses_what_is_no_text_and_nothing_around_it(string value)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=json");

        await sidecar.GetAsync("/", "User-Agent: " + value);

        var record = JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;
        record.GetProperty("user_agent.original").GetString().ShouldStartWith(value[..1]);
        record.GetProperty("http.response.status_code").GetInt32().ShouldBe(200);
    }
}
