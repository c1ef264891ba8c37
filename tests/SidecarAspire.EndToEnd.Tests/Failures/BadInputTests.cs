namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>What keeps the app host of this repository from starting: one line that says what is allowed, exit code 1, nothing left running.</summary>
public sealed class BadInputTests
{
    private static readonly string[] s_dashboardUrls = ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];

    [Theory(Timeout = 60_000)]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    public async Task A_port_that_is_none_is_named_with_what_is_allowed(string port)
    {
        using var appHost = AppHostProcess.Start($"--SIDECAR_PORT={port}");

        (await appHost.ExitCodeAsync()).ShouldBe(1);

        appHost.Errors.ShouldHaveSingleItem().ShouldBe($"error: SIDECAR_PORT is '{port}'; allowed is a port from 1 to 65535.");
        await appHost.NothingIsLeftAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ASPNETCORE_URLS", "http")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "otlp-grpc")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "otlp-http")]
    public async Task A_port_of_the_dashboard_in_use_is_named_with_the_setting_that_moves_it(string setting, string endpoint)
    {
        using var taken = new TakenPort();
        var urls = s_dashboardUrls.Select(url => $"--{url}=http://localhost:{(url == setting ? taken.Number : 0)}");
        using var appHost = AppHostProcess.Start(["--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true", .. urls]);

        (await appHost.ExitCodeAsync()).ShouldBe(1);

        var lines = appHost.Output.Concat(appHost.Errors).ToArray();
        lines.Where(line => line.Contains("in use", StringComparison.Ordinal)).ShouldHaveSingleItem().Trim()
            .ShouldBe($"Port {taken}, endpoint '{endpoint}' of the dashboard, is in use by another process; free it, or set {setting} to another address.");
        lines.Where(line => line.Contains("Exception", StringComparison.Ordinal)).ShouldBeEmpty();
        await appHost.NothingIsLeftAsync();
    }
}
