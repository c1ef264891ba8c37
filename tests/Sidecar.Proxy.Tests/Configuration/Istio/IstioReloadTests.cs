using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Traffic;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration.Istio;

public sealed class IstioReloadTests : IDisposable
{
    private const string Reloader = "Sidecar.Proxy.Configuration.ConfigurationReloader";
    private readonly MountedVolume _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public async Task A_canary_grows_while_the_sidecar_runs()
    {
        await using var app = Routes.Named("app");
        await using var canary = Routes.Named("canary");
        _mount.Swap(("routes.yaml", Weights(100, 0)));
        await using var sidecar = await StartAsync(app, canary);
        (await sidecar.GetAsync()).ShouldEndWith("app");

        _mount.Swap(("routes.yaml", Weights(0, 100)));

        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldBe($"Configuration reloaded from {_mount.Folder}; changed: Sidecar:Routes");
        (await sidecar.GetAsync()).ShouldEndWith("canary");
    }

    [Fact]
    public async Task What_is_not_supported_is_refused_and_the_old_stays()
    {
        await using var app = Routes.Named("app");
        await using var canary = Routes.Named("canary");
        _mount.Swap(("routes.yaml", Weights(100, 0)));
        await using var sidecar = await StartAsync(app, canary);

        _mount.Swap(("routes.yaml", Weights(0, 100) + "\n    corsPolicy: {}"));

        var refusal = await sidecar.Logs.NextAsync(Reloader);
        refusal.Level.ShouldBe(LogLevel.Error);
        refusal.Message.ShouldStartWith("Configuration refused, keeping the previous one: routes.yaml:11: spec.http[0].corsPolicy is not supported; ");
        (await sidecar.GetAsync()).ShouldEndWith("app");
    }

    [Fact]
    public async Task The_seed_articles_documents_work_as_they_are()
    {
        await using var one = Routes.Named("one");
        await using var two = Routes.Named("two");
        await using var sidecar = await RunningSidecar.StartAsync(
            $"{one.Url},{two.Url}", $"Sidecar:Istio:Files={Path.Combine(AppContext.BaseDirectory, "Configuration", "Istio", "Fixtures", "nodejs-app.yaml")}");

        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
            answers.Add((await sidecar.GetAsync())[^3..]);

        answers.Count(answer => answer == "one").ShouldBe(2);
        answers.Count(answer => answer == "two").ShouldBe(2);
        (await sidecar.AdminAsync("/config")).Body.ShouldContain("nodejs-app.yaml:");
    }

    private static string Weights(int app, int canary) => IstioConfiguration.VirtualService($$"""
          - route:
            - {destination: {host: app}, weight: {{app}}}
            - {destination: {host: app, subset: canary}, weight: {{canary}}}
        """);

    private Task<RunningSidecar> StartAsync(ScriptedApp app, ScriptedApp canary) => RunningSidecar.StartAsync(
        app.Url, $"Sidecar:Istio:Files={_mount.Folder}", $"Sidecar:Istio:Hosts:app/canary={canary.Url}", "Sidecar:ReloadInterval=10ms");
}
