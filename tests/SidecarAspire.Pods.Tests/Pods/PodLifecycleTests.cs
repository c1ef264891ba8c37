using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>How the published Pod starts and ends.</summary>
public sealed class PodLifecycleTests(Node node)
{
    private const string Statement = "/statements/1001";
    private const string Slowly = "?ms=200";

    [Fact]
    public async Task A_native_sidecar_is_up_before_the_app_and_ready_with_it()
    {
        await using var pod = await Pod.CreateAsync(node);

        await pod.StartSidecarsAsync();
        var before = await pod.GetAsync($"{pod.AdminUrl}/readyz");
        await pod.StartContainersAsync();
        var after = await pod.GetAsync($"{pod.AdminUrl}/readyz");

        before.Output.Trim().ShouldBe("not ready: the application does not accept connections");
        after.Output.Trim().ShouldBe("ready");
    }

    [Fact]
    public async Task A_native_sidecar_outlives_the_app_and_no_request_in_flight_is_lost()
    {
        await using var pod = await Pod.StartAsync(node);
        var whole = await pod.GetAsync(pod.TrafficUrl + Statement + "?ms=0");
        using var flight = await BeginAsync(pod);
        using var preStop = await BeginPreStopAsync(pod);

        // The rest of preStop only waits for clients elsewhere to learn.
        await pod.App.TerminateAsync();
        await EndsWellAsync(flight, whole.Output);
        (await pod.App.ExitAsync()).ShouldBe(0);
        (await pod.GetAsync($"{pod.AdminUrl}/livez")).ExitCode.ShouldBe(0);

        await pod.Sidecar.TerminateAsync();
        (await pod.Sidecar.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Beside_the_app_the_sidecar_drains_while_the_app_waits_in_its_preStop()
    {
        await using var pod = await Pod.StartAsync(node, "--k8s:Mode=Container");
        var whole = await pod.GetAsync(pod.TrafficUrl + Statement + "?ms=0");
        using var flight = await BeginAsync(pod);

        await pod.Sidecar.TerminateAsync();
        using var preStop = await BeginPreStopAsync(pod);
        var ready = await pod.GetAsync($"{pod.AdminUrl}/readyz");
        var late = await pod.GetAsync($"{pod.TrafficUrl}/");

        ready.Output.Trim().ShouldBe("not ready: the sidecar is draining");
        late.Output.ShouldBe("Hello you!", "those who have not heard of it yet are still served");
        await EndsWellAsync(flight, whole.Output);
        (await pod.Sidecar.ExitAsync()).ShouldBe(0);
        preStop.HasExited.ShouldBeFalse("the app must not go before the sidecar");
        await pod.App.TerminateAsync();
        (await pod.App.ExitAsync()).ShouldBe(0);
    }

    private static async Task<System.Diagnostics.Process> BeginAsync(Pod pod)
    {
        var flight = pod.StartGet(pod.TrafficUrl + Statement + Slowly);
        (await flight.StandardOutput.ReadLineAsync(Patience.Token())).ShouldBe("date,text,amount");
        return flight;
    }

    private static async Task EndsWellAsync(System.Diagnostics.Process flight, string whole)
    {
        var rest = await flight.StandardOutput.ReadToEndAsync(Patience.Token());
        await flight.WaitForExitAsync(Patience.Token());
        flight.ExitCode.ShouldBe(0, await flight.StandardError.ReadToEndAsync(Patience.Token()));
        $"date,text,amount\n{rest}".ShouldBe(whole);
    }

    private static async Task<System.Diagnostics.Process> BeginPreStopAsync(Pod pod)
    {
        var command = pod.PreStopOf("app");
        var preStop = pod.App.Exec(command);
        while (!(await pod.App.ProcessesAsync()).Contains(command[^1], StringComparison.Ordinal))
        {
            preStop.HasExited.ShouldBeFalse("the app's image must be able to run its preStop");
            await Task.Delay(20, Patience.Token());
        }

        return preStop;
    }
}
