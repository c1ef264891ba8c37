using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.ApiKeys;

public sealed class ApiKeyReloadTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task A_file_of_keys_is_looked_at_no_more_once_nothing_asks_for_it()
    {
        var time = new ManualTime();
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, builder => builder.Services.AddSingleton<TimeProvider>(time), $"Sidecar:Security:ApiKeys:File={_file}",
            // The only one who waits a second is then who looks at the file.
            "Sidecar:Limits:HalfCloseTimeout=7s");
        (await sidecar.OutcomeAsync()).ShouldBe("401 credentials_missing");
        var waited = time.Waits(TimeSpan.FromSeconds(1));

        sidecar.Reload(app.Url);

        (await sidecar.OutcomeAsync()).ShouldBe("200");
        waited.ShouldBeTrue();
        while (time.Waits(TimeSpan.FromSeconds(1)))
            await Task.Delay(10, Patience.Token());
    }

    public void Dispose() => File.Delete(_file);
}
