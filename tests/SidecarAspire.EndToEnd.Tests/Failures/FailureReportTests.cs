using System.Text.RegularExpressions;

namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>What fails in an app host is one line on its console, which says what and where, and no stack.</summary>
public sealed class FailureReportTests(FailingAppHost appHost) : IClassFixture<FailingAppHost>
{
    [Theory]
    [InlineData("no-folder", @"^failed to start: chdir \S+/absent: no such file or directory; 'next' and 'last' do not start without it$")]
    [InlineData("no-command", @"^failed to start: exec: ""absent-node"": executable file not found in \$PATH$")]
    [InlineData("no-script", @"^ended with exit code 1: Error: Cannot find module '\S+/absent\.js'$")]
    [InlineData("installer", @"^ended with exit code 1: npm \S+ code EUSAGE \| npm .*; 'uninstalled' does not start without it$")]
    [InlineData("crash", @"^ended with exit code 3: no database at db:5432$")]
    [InlineData("no-endpoint", @"^failed to start: .*'TARGET'.* The endpoint `grpc` is not defined for the resource `app`\. Available endpoints: `http`\.$")]
    [InlineData("no-setting", @"^failed to start: no such setting$")]
    public void A_resource_that_fails_is_named_once_with_its_last_words(string resource, string pattern) => ShouldSay($"'{resource}' ", pattern);

    [Fact]
    public void A_sidecar_whose_port_is_in_use_says_so_itself() =>
        ShouldSay("'port-in-use' ", $"^ended with exit code [1-9][0-9]*: PORT: '{appHost.TakenPort}' is not allowed; it must be a port that is not in use$");

    [Fact]
    public void A_port_in_use_that_the_orchestrator_is_to_listen_on_is_named_with_its_endpoint() =>
        ShouldSay($"Port {appHost.TakenPort}, ", "^endpoint 'http' of 'taken-by-proxy', is in use by another process; free it, or give the endpoint another port\\.$");

    [Fact]
    public void Resources_that_wait_for_each_other_are_named_as_a_circle() =>
        ShouldSay("Circular WaitFor: ", "^'circular' waits for 'other' waits for 'circular'; none of them can start\\.$");

    [Fact]
    public void A_wait_for_an_app_that_listens_elsewhere_is_named_with_the_variable_that_has_its_port() =>
        ShouldSay("'patient' still waits for 'unset-port', ", @"^which runs but is not healthy: .*http://localhost:\d+/; its port is in PORT2$");

    [Fact]
    public void Ctrl_C_ends_it_and_names_what_still_waited()
    {
        appHost.ExitCode.ShouldBe(0);
        ShouldSay("Stopped while 'patient' waited for ", "^'unset-port'\\.$");
        ShouldSay("Stopped while 'circular' waited for ", "^'other'\\.$");
    }

    [Fact]
    public void What_ends_well_or_only_waits_is_no_failure() =>
        appHost.Lines.Where(line => Regex.IsMatch(line, "'(finished|app|next|last|uninstalled|patient|circular|other|unset-port)' (ended|failed)")).ShouldBeEmpty();

    [Fact]
    public void No_line_is_of_a_stack() => appHost.Lines.Where(line => Regex.IsMatch(line, @"^\s+at \S+\(|Exception")).ShouldBeEmpty();

    private void ShouldSay(string start, string pattern)
    {
        var said = appHost.Lines.Select(line => line.Trim()).Where(line => line.StartsWith(start, StringComparison.Ordinal)).ShouldHaveSingleItem();
        said[start.Length..].ShouldMatch(pattern);
    }
}
