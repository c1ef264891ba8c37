using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Transport;

public sealed class HstsTests : IDisposable
{
    private const string Answer = "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nok";
    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData("max-age=31536000", "Sidecar:Security:Hsts:MaxAge=365d")]
    [InlineData("max-age=0", "Sidecar:Security:Hsts:MaxAge=0s")]
    [InlineData("max-age=31536000; includeSubDomains; preload", "Sidecar:Security:Hsts:IncludeSubDomains=true", "Sidecar:Security:Hsts:Preload=true")]
    public async Task Over_TLS_the_header_stands_in_for_the_applications(string expected, params string[] settings)
    {
        await using var app = ScriptedApp.Answering(Answer);
        await using var sidecar = await StartAsync(app.Url, settings);
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        var answer = await client.GetAsync();

        answer.ShouldContain($"\r\nStrict-Transport-Security: {expected}\r\n");
        answer.Split("Strict-Transport-Security").Length.ShouldBe(2);
    }

    [Fact]
    public async Task The_header_is_in_the_sidecars_own_answers_too()
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1", "Sidecar:Security:Hsts:MaxAge=1d");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        var answer = await client.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 502");
        answer.ShouldContain("\r\nStrict-Transport-Security: max-age=86400\r\n");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    public async Task It_is_in_rejections_too(string request, int status)
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1", "Sidecar:Security:Hsts:MaxAge=1d");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        var answer = await client.ExchangeAsync(request);

        answer.ShouldStartWith($"HTTP/1.1 {status} ");
        answer.ShouldContain("\r\nStrict-Transport-Security: max-age=86400\r\n");
    }

    [Fact]
    public async Task Without_the_option_the_applications_header_stays()
    {
        await using var app = ScriptedApp.Answering(Answer);
        await using var sidecar = await StartAsync(app.Url);
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        (await client.GetAsync()).ShouldContain("\r\nStrict-Transport-Security: max-age=1\r\n");
    }

    [Fact]
    public async Task In_cleartext_there_is_no_header()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Security:Hsts:MaxAge=1d");

        var answer = await sidecar.GetAsync();

        answer.ShouldEndWith("ok");
        answer.ShouldNotContain("Strict-Transport-Security");
    }

    public void Dispose() => _authority.Dispose();

    private Task<RunningSidecar> StartAsync(string target, params string[] settings) => RunningSidecar.StartAsync(target, [.. _authority.ListenerSettings(), .. settings]);
}
