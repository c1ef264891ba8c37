using System.Text;
using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration;

/// <summary>What a template leaves behind when it has no value.</summary>
public sealed class NullTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("""{"Sidecar":{"Security":null}}""", "Sidecar:Security")]
    [InlineData("""{"Sidecar":{"Security":{"Access":null}}}""", "Sidecar:Security:Access")]
    [InlineData("""{"Sidecar":{"Security":{"Addresses":null}}}""", "Sidecar:Security:Addresses")]
    [InlineData("""{"Sidecar":{"Security":{"Addresses":{"Deny":["10.0.0.1"],"Allow":null}}}}""", "Sidecar:Security:Addresses:Allow")]
    [InlineData("""{"Sidecar":{"Routes":[{"Name":"r","Access":null}]}}""", "Sidecar:Routes:0:Access")]
    [InlineData("""{"Sidecar":{"Routes":[{"Name":"r","Match":null}]}}""", "Sidecar:Routes:0:Match")]
    [InlineData("""{"Sidecar":{"Routes":null}}""", "Sidecar:Routes")]
    [InlineData("""{"Sidecar":{"Routes":[null]}}""", "Sidecar:Routes")]
    [InlineData("""{"Sidecar":{"Clusters":{"a":null}}}""", "Sidecar:Clusters")]
    public void Null_where_a_section_or_a_list_is_meant_is_an_error(string json, string key) =>
        Should.Throw<ConfigurationException>(() => Read(json)).Problems.ShouldHaveSingleItem().Key.ShouldBe(key);

    [Fact]
    public void The_error_says_what_would_be_right() =>
        Should.Throw<ConfigurationException>(() => Read("""{"Sidecar":{"Security":{"Access":null}}}""")).Message
            .ShouldContain("Sidecar:Security:Access: 'null' is not allowed; it must be left out or have a value");

    [Fact]
    public void All_of_it_cannot_be_null_either() =>
        Should.Throw<ConfigurationException>(() => Read("""{"Sidecar":null}""")).Message.ShouldContain("'Sidecar' is null where a section is meant");

    [Fact]
    public void An_empty_section_has_its_defaults_and_a_single_value_that_is_null_is_not_given()
    {
        var options = Read("""{"Sidecar":{"Security":{"Access":{}},"Routes":[],"Listener":{"Port":null,"Tls":{"KeyFile":null}}}}""");

        options.Security.Access.ShouldNotBeNull();
        options.Routes.ShouldBeEmpty();
        options.Listener.Port.ShouldBe(80);
        options.Listener.Tls.KeyFile.ShouldBeNull();
    }

    public void Dispose() => File.Delete(_file);

    private SidecarOptions Read(string json)
    {
        File.WriteAllText(_file, json, Encoding.UTF8);
        var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(new MountedFile(_file, MountedFile.Variable));
        return OptionsReader.Read(configuration);
    }
}
