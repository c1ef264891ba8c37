using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.ExternalAuthorization;

public sealed class ExternalAuthorizationTests
{
    private const string External = "Sidecar:Security:External";
    private const string Allowing = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task The_service_is_asked_by_Envoys_contract()
    {
        await using var app = EchoApp.Start();
        await using var service = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, service, $"{External}:RequestHeaders=X-Tenant,X-Ctx-*", $"{External}:Url={service.Url}/check");
        var answer = sidecar.ExchangeAsync("PUT /a%2Fb/../c?d=%20 HTTP/1.1\r\nHost: shop.example\r\nAuthorization: Bearer t\r\nX-Tenant: x\r\nX-Ctx-Y: y\r\nCookie: c=d\r\nX-Forwarded-For: 6.6.6.6\r\nContent-Length: 3\r\n\r\nabc");
        using var connection = await service.AcceptedAsync();

        var question = await connection.ReadMessageAsync();
        await connection.SendAsync(Allowing);

        question.ShouldStartWith("PUT /check/a%2Fb/../c?d=%20 HTTP/1.1\r\n");
        question.Split("\r\n")[1..^2].Order(StringComparer.Ordinal).ShouldBe(
            ["Authorization: Bearer t", "Content-Length: 0", "Host: shop.example", "X-Ctx-Y: y", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Tenant: x"]);
        (await answer).ShouldEndWith("abc");
    }

    [Fact]
    public async Task What_the_service_adds_reaches_the_application_and_nobody_else_can_add_it()
    {
        await using var app = EchoApp.Start();
        await using var service = ScriptedApp.Answering(
            "HTTP/1.1 200 OK\r\nX-User: alice\r\nX-Group: a\r\nX-Group: b\r\nX-Other: no\r\nX-Trace: t\r\nX-Envoy-Auth-Headers-To-Remove: X-Raw, x-rawer\r\nSet-Cookie: seen=1\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await StartAsync(app, service, $"{External}:UpstreamHeaders=X-User,X-Missing,Authorization", $"{External}:AppendedUpstreamHeaders=X-Group", $"{External}:ClientHeadersOnSuccess=Set-Cookie");

        var answer = await sidecar.GetAsync("/", "X-User: root", "X_Missing: root", "Authorization: Bearer root", "X-Group: mine", "X-Raw: 1", "X-Rawer: 2", "Connection: X-User");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("\r\nSet-Cookie: seen=1\r\n");
        answer.ShouldContain("\r\nX-User: alice\r\n");
        answer.ShouldContain("\r\nX-Group: mine\r\nX-Group: a\r\nX-Group: b\r\n");
        answer.ShouldNotContain("root");
        answer.ShouldNotContain("X-Other");
        answer.ShouldNotContain("X-Raw", Case.Insensitive);
    }

    [Fact]
    public async Task A_refusal_reaches_the_client_as_the_service_made_it()
    {
        await using var app = ScriptedApp.Start();
        await using var service = ScriptedApp.Answering("HTTP/1.1 302 Found\r\nLocation: https://login.example/?back=1\r\nSet-Cookie: s=1\r\nKeep-Alive: timeout=5\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nlogin");
        await using var sidecar = await StartAsync(app, service);
        await using var choosy = await StartAsync(app, service, $"{External}:ClientHeaders=X-None");

        using var counted = new RecordedMetrics(sidecar);
        var answer = await sidecar.GetAsync();
        var chosen = await choosy.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 302 Found\r\n");
        answer.ShouldContain("\r\nLocation: https://login.example/?back=1\r\n");
        answer.ShouldContain("\r\nSet-Cookie: s=1\r\n");
        answer.ShouldContain("\r\nProxy-Status: sidecar; error=http_request_denied\r\n");
        answer.ShouldNotContain("Keep-Alive");
        answer.ShouldEndWith("\r\n\r\nlogin");
        chosen.ShouldContain("\r\nLocation: https://login.example/?back=1\r\n");
        chosen.ShouldContain("\r\nContent-Type: text/plain\r\n");
        chosen.ShouldNotContain("Set-Cookie");
        app.Accepted.ShouldBe(0);
        (await sidecar.Logs.NextAsync(typeof(FailureLog).FullName!)).Message.ShouldEndWith("http_request_denied, the authorization service rejected the request");
        counted["sidecar.access.denied", "sidecar.access.reason=external_denied"].ShouldBe(1);
        (await counted.NextAsync("sidecar.external_authorization.duration"))["sidecar.outcome"].ShouldBe("denied");
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "204 external_denied")]
    [InlineData("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", "201 external_denied")]
    [InlineData("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "401 external_denied")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "403 external_failed")]
    [InlineData("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "403 external_failed")]
    [InlineData("nonsense\r\n\r\n", "403 external_failed")]
    [InlineData("", "403 external_failed")]
    [InlineData("HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nabc", "403 external_failed")]
    [InlineData("HTTP/1.1 403 No\r\nContent-Length: 2000\r\n\r\n", "403 external_failed")]
    public async Task Only_200_lets_a_request_pass(string says, string outcome)
    {
        await using var app = ScriptedApp.Start();
        await using var service = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            await connection.SendAsync(says);
            connection.Dispose();
        });
        await using var sidecar = await StartAsync(app, service, $"{External}:MaxAnswerBytes=1000");

        (await sidecar.OutcomeAsync()).ShouldBe(outcome);

        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task A_service_that_says_nothing_in_time_has_failed()
    {
        var time = new ManualTime();
        await using var app = ScriptedApp.Start();
        await using var service = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, time.Drive, $"{External}:Url={service.Url}", $"{External}:Timeout=700ms", $"{External}:StatusOnError=503");
        var outcome = sidecar.OutcomeAsync();
        using var connection = await service.AcceptedAsync();
        await connection.ReadMessageAsync();

        time.Advance(TimeSpan.FromMilliseconds(700));

        (await outcome).ShouldBe("503 external_failed");
        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task Where_it_is_to_fail_open_it_does_without_headers_that_only_the_service_may_set()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"{External}:Url=http://127.0.0.1:{FreePort.Next()}", $"{External}:FailOpen=true", $"{External}:UpstreamHeaders=X-User");

        var answer = await sidecar.GetAsync("/", "X-User: root");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldNotContain("root");
        (await sidecar.Logs.NextAsync(Proxy.Observability.AccessLogging.AccessLog.Category)).Attributes["sidecar.external_authorization"].ShouldBe("failed_open");
    }

    [Fact]
    public async Task Open_routes_and_those_that_say_so_do_not_ask()
    {
        await using var app = EchoApp.Start();
        await using var service = ScriptedApp.Answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        using var issuer = new TestIssuer();
        await using var sidecar = await StartAsync(app, service, issuer.Settings(
            $"{External}:UpstreamHeaders=X-User",
            "Sidecar:Routes:0:Name=health", "Sidecar:Routes:0:Match:PathPrefix=/health", "Sidecar:Routes:0:Access:Anonymous=true",
            "Sidecar:Routes:1:Name=local", "Sidecar:Routes:1:Match:PathPrefix=/local", "Sidecar:Routes:1:Access:External=false"));
        var token = $"Authorization: Bearer {issuer.Token()}";

        var open = await sidecar.GetAsync("/health", "X-User: root");
        open.ShouldStartWith("HTTP/1.1 200");
        open.ShouldNotContain("root");
        await sidecar.Logs.NextAsync(Proxy.Observability.AccessLogging.AccessLog.Category);
        (await sidecar.OutcomeAsync("/local", token)).ShouldBe("200");
        (await sidecar.OutcomeAsync("/local")).ShouldBe("401 credentials_missing");
        (await sidecar.OutcomeAsync("/", token)).ShouldBe("403 external_denied");
        service.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task Claims_reach_the_service_and_survive_its_answer()
    {
        await using var app = EchoApp.Start();
        await using var service = ScriptedApp.Serving(async connection =>
        {
            var question = await connection.ReadMessageAsync();
            await connection.SendAsync(question.Contains("X-Subject: alice\r\n", StringComparison.Ordinal) ? Allowing : "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        });
        using var issuer = new TestIssuer();
        await using var sidecar = await StartAsync(app, service, issuer.Settings("Sidecar:Security:Jwt:ClaimHeaders:X-Subject=sub", $"{External}:RequestHeaders=X-Subject", $"{External}:UpstreamHeaders=X-User"));

        (await sidecar.GetAsync("/", $"Authorization: Bearer {issuer.Token()}", "X-Subject: root", "Connection: X-Subject")).ShouldContain("\r\nX-Subject: alice\r\n");
    }

    [Theory]
    [InlineData(true, "200")]
    [InlineData(false, "403 external_failed")]
    public async Task An_https_service_is_checked_against_the_authorities(bool trusted, string outcome)
    {
        using var files = new CertificateFiles();
        using var certificate = files.Write("localhost");
        await using var app = EchoApp.Start();
        await using var service = await KestrelApp.StartHttpsAsync(certificate, context => Task.CompletedTask);
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, [$"{External}:Url=https://localhost:{service.Port}", $"{External}:Timeout=20s", .. trusted ? new[] { $"{External}:CaFile={files.Certificate}" } : []]);

        (await sidecar.OutcomeAsync()).ShouldBe(outcome);
    }

    [Theory]
    [InlineData("Timeout=1s", "Sidecar:Security:External:Url: '' is not allowed; it must be an absolute http or https URL such as http://127.0.0.1:9191/check, without user, query and fragment")]
    [InlineData("Url=http://user:secret@a/", "it must be an absolute http or https URL")]
    [InlineData("Url=ftp://a/", "it must be an absolute http or https URL")]
    [InlineData("StatusOnError=200", "a number from 400 to 599")]
    public async Task What_cannot_be_asked_stops_the_start(string setting, string told) =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", $"{External}:{setting}"))).Message.ShouldContain(told);

    private static Task<RunningSidecar> StartAsync(ScriptedApp app, ScriptedApp service, params string[] more) =>
        RunningSidecar.StartAsync(app.Url, [$"{External}:Timeout=20s", .. more.Any(setting => setting.StartsWith($"{External}:Url", StringComparison.Ordinal)) ? [] : new[] { $"{External}:Url={service.Url}" }, .. more]);
}
