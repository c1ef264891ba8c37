using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>How the published Pod starts and ends.</summary>
public sealed class PodLifecycleTests(Node node)
{
    private const string Statement = "/statements/1001";
    private const string Slowly = "?ms=400";

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

    [Theory]
    [InlineData("Native")]
    [InlineData("Container")]
    public async Task A_Pod_that_ends_serves_who_has_not_heard_of_it_and_loses_nothing_in_flight(string mode)
    {
        await using var pod = await Pod.StartAsync(node, $"--k8s:Mode={mode}");
        var whole = await pod.GetAsync(pod.TrafficUrl + Statement + "?ms=0");
        using var flight = await BeginAsync(pod);

        var ending = pod.EndAsync();
        await NotReadyAsync(pod);
        var late = await pod.GetAsync($"{pod.TrafficUrl}/");

        late.Output.ShouldBe("Hello you!", late.Error);
        await EndsWellAsync(flight, whole.Output);
        var codes = await ending;
        codes["app"].ShouldBe(0);
        codes["sidecar"].ShouldBe(0);
    }

    private static async Task NotReadyAsync(Pod pod)
    {
        var patience = Patience.Token();
        string answer;
        while ((answer = (await pod.GetAsync($"{pod.AdminUrl}/readyz")).Output.Trim()) == "ready")
            await Task.Delay(20, patience);
        answer.ShouldBe("not ready: the sidecar is draining");
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
}
