using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Proto;
using Microsoft.Extensions.Logging.Abstractions;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.Dashboard;

/// <summary>The service on a real socket, asked over h2c.</summary>
public sealed class ResourceServiceTests : IAsyncLifetime
{
    private const string Key = "k-1";
    private readonly ResourceServices _services = new();
    private readonly TestResource _app = new("legacy-app", new ResourceInstanceAnnotation("abcdefgh"));
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private ResourceServiceHost _host = null!;
    private Uri _address = null!;
    private GrpcClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _host = Host(new() { ResourceServiceApiKey = Key });
        _address = await _host.StartAsync(_cancellation);
        _client = new(_address, Key);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        _services.Dispose();
    }

    [Fact]
    public async Task Tells_the_name_of_the_application()
    {
        var answer = await _client.CallAsync("GetApplicationInformation", new ApplicationInformationRequest(), ApplicationInformationResponse.Parser, _cancellation);

        answer.ApplicationName.ShouldBe("Shop");
        _address.Host.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task A_watch_of_no_resources_begins_with_initial_data_all_the_same()
    {
        using var response = await _client.SendAsync("WatchResources", new WatchResourcesRequest(), _cancellation);

        var first = await NextAsync(response);

        first.InitialData.ShouldNotBeNull();
        first.InitialData.Resources.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_watch_begins_with_the_current_states_and_goes_on_with_the_changes()
    {
        await _services.Publish(_app, KnownResourceStates.Starting);
        using var response = await _client.SendAsync("WatchResources", new WatchResourcesRequest(), _cancellation);

        var initial = (await NextAsync(response)).InitialData.Resources.ShouldHaveSingleItem();
        initial.Name.ShouldBe("legacy-app-abcdefgh");
        initial.DisplayName.ShouldBe("legacy-app");
        initial.State.ShouldBe("Starting");

        await _services.Publish(_app, KnownResourceStates.Running);
        var change = (await NextAsync(response)).Changes.Value.ShouldHaveSingleItem();
        change.Upsert.State.ShouldBe("Running");
    }

    [Fact]
    public async Task A_watch_of_output_follows_it_and_ends_with_it()
    {
        _services.Loggers.Append("legacy-app-abcdefgh", "2026-01-01T00:00:00Z hello", isError: false);
        using var response = await _client.SendAsync("WatchResourceConsoleLogs", new WatchResourceConsoleLogsRequest { ResourceName = "legacy-app-abcdefgh" }, _cancellation);
        var body = await response.Content.ReadAsStreamAsync(_cancellation);

        var first = await GrpcClient.ReadAsync(body, WatchResourceConsoleLogsUpdate.Parser, _cancellation);
        first!.LogLines.ShouldHaveSingleItem().ShouldBe(new ConsoleLogLine { LineNumber = 1, Text = "2026-01-01T00:00:00Z hello", IsStdErr = false });
        _services.Loggers.Append("legacy-app-abcdefgh", "oh no", isError: true);
        var second = await GrpcClient.ReadAsync(body, WatchResourceConsoleLogsUpdate.Parser, _cancellation);
        second!.LogLines.ShouldHaveSingleItem().ShouldBe(new ConsoleLogLine { LineNumber = 2, Text = "oh no", IsStdErr = true });

        _services.Loggers.Complete("legacy-app-abcdefgh");
        (await GrpcClient.ReadAsync(body, WatchResourceConsoleLogsUpdate.Parser, _cancellation)).ShouldBeNull();
        GrpcClient.StatusOf(response).ShouldBe("0");
    }

    [Fact]
    public async Task A_watch_of_output_is_heard_before_there_is_any()
    {
        using var response = await _client.SendAsync("WatchResourceConsoleLogs", new WatchResourceConsoleLogsRequest { ResourceName = "silent" }, _cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Output_can_be_had_without_following_it()
    {
        _services.Loggers.Append("legacy-app-abcdefgh", "hello", isError: false);

        var answer = await _client.CallAsync(
            "WatchResourceConsoleLogs",
            new WatchResourceConsoleLogsRequest { ResourceName = "legacy-app-abcdefgh", SuppressFollow = true },
            WatchResourceConsoleLogsUpdate.Parser,
            _cancellation);

        answer.LogLines.ShouldHaveSingleItem().Text.ShouldBe("hello");
    }

    [Fact]
    public async Task Much_output_is_cut_into_messages_a_client_takes()
    {
        var line = new string('x', 400 * 1024);
        for (var i = 0; i < 6; i++)
        {
            _services.Loggers.Append("legacy-app-abcdefgh", line, isError: false);
        }

        using var response = await _client.SendAsync(
            "WatchResourceConsoleLogs", new WatchResourceConsoleLogsRequest { ResourceName = "legacy-app-abcdefgh", SuppressFollow = true }, _cancellation);
        var body = await response.Content.ReadAsStreamAsync(_cancellation);
        var messages = new List<WatchResourceConsoleLogsUpdate>();
        while (await GrpcClient.ReadAsync(body, WatchResourceConsoleLogsUpdate.Parser, _cancellation) is { } message)
        {
            messages.Add(message);
        }

        messages.Sum(message => message.LogLines.Count).ShouldBe(6);
        messages.ShouldAllBe(message => message.CalculateSize() < 4 * 1024 * 1024);
    }

    [Fact]
    public async Task Executes_a_command()
    {
        var stopped = false;
        LifecycleCommands.Add(_app, _ => Task.CompletedTask, _ =>
        {
            stopped = true;
            return Task.CompletedTask;
        });
        await _services.Publish(_app, KnownResourceStates.Running);

        var answer = await ExecuteAsync("stop");

        answer.Kind.ShouldBe(ResourceCommandResponseKind.Succeeded);
        stopped.ShouldBeTrue();
    }

    [Fact]
    public async Task A_command_that_fails_says_why()
    {
        await _services.Publish(_app, KnownResourceStates.Running);

        var answer = await ExecuteAsync("explode");

        answer.Kind.ShouldBe(ResourceCommandResponseKind.Failed);
        answer.Message.ShouldBe("Command 'explode' not available for resource 'legacy-app'.");
    }

    [Fact]
    public async Task A_watch_of_interactions_is_heard_and_stays_open()
    {
        using var response = await _client.SendAsync("WatchInteractions", [], cancellationToken: _cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        GrpcClient.StatusOf(response).ShouldBeNull();
        var end = (await response.Content.ReadAsStreamAsync(_cancellation)).ReadAsync(new byte[1], _cancellation).AsTask();
        end.IsCompleted.ShouldBeFalse();

        await _host.DisposeAsync();

        (await end).ShouldBe(0);
        GrpcClient.StatusOf(response).ShouldBe("14");
    }

    [Fact]
    public async Task An_unknown_method_is_not_implemented()
    {
        using var response = await _client.SendAsync("UploadFile", [], cancellationToken: _cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        GrpcClient.StatusOf(response).ShouldBe("12");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("k-2")]
    [InlineData("k-1 and more")]
    public async Task Answers_nobody_without_the_key(string? key)
    {
        using var stranger = new GrpcClient(_address, key);

        using var response = await stranger.SendAsync("WatchResources", new WatchResourcesRequest(), _cancellation);

        GrpcClient.StatusOf(response).ShouldBe("16");
        GrpcClient.MessageOf(response)!.ShouldNotContain(Key);
    }

    [Fact]
    public async Task Answers_anybody_when_there_is_no_key()
    {
        await using var open = Host(new());
        using var client = new GrpcClient(await open.StartAsync(_cancellation), key: null);

        await client.CallAsync("GetApplicationInformation", new ApplicationInformationRequest(), ApplicationInformationResponse.Parser, _cancellation);
    }

    [Fact]
    public async Task Refuses_what_is_not_grpc()
    {
        using var response = await _client.SendAsync("GetApplicationInformation", [], "application/json", _cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Refuses_a_compressed_message() => await ShouldAnswerAsync(GrpcClient.Frame([], compressed: true), "12");

    [Fact]
    public async Task Refuses_half_a_message() => await ShouldAnswerAsync([0, 0, 0, 0, 9, 1], "13");

    [Fact]
    public async Task Refuses_what_is_not_a_message() => await ShouldAnswerAsync(GrpcClient.Frame([0xff, 0xff]), "13");

    [Fact]
    public async Task Refuses_a_message_that_is_too_large_before_it_has_come() => await ShouldAnswerAsync([0, 0x7f, 0xff, 0xff, 0xff], "8");

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        await using var second = Host(new() { ResourceServiceAddress = new(IPAddress.Loopback, _address.Port) });

        var error = await Should.ThrowAsync<DistributedApplicationException>(second.StartAsync(_cancellation));

        error.Message.ShouldStartWith($"The app host cannot answer the dashboard on 127.0.0.1:{_address.Port}: ");
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public async Task Stopping_ends_the_watches_and_frees_the_port()
    {
        using var response = await _client.SendAsync("WatchResources", new WatchResourcesRequest(), _cancellation);
        var body = await response.Content.ReadAsStreamAsync(_cancellation);
        await GrpcClient.ReadAsync(body, WatchResourcesUpdate.Parser, _cancellation);

        await _host.DisposeAsync();

        (await GrpcClient.ReadAsync(body, WatchResourcesUpdate.Parser, _cancellation)).ShouldBeNull();
        GrpcClient.StatusOf(response).ShouldBe("14");
        using var listener = new TcpListener(IPAddress.Loopback, _address.Port);
        listener.Start();
    }

    private static async Task<WatchResourcesUpdate> NextAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return (await GrpcClient.ReadAsync(body, WatchResourcesUpdate.Parser, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }

    private Task<ResourceCommandResponse> ExecuteAsync(string command) => _client.CallAsync(
        "ExecuteResourceCommand",
        new ResourceCommandRequest { ResourceName = "legacy-app-abcdefgh", CommandName = command },
        ResourceCommandResponse.Parser,
        _cancellation);

    private async Task ShouldAnswerAsync(byte[] body, string status)
    {
        using var response = await _client.SendAsync("GetApplicationInformation", body, cancellationToken: _cancellation);

        GrpcClient.StatusOf(response).ShouldBe(status);
    }

    private ResourceServiceHost Host(DashboardOptions options) => new(
        new("Shop", _services.Notifications, _services.Loggers, _services.Commands, TimeProvider.System), options, NullLoggerFactory.Instance);
}
