using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration;

/// <summary>NativeAOT has only the collections that are written down; one that is missing would be found by the first operator who uses it.</summary>
public sealed class OptionsCollectionTests
{
    [Fact]
    public void Every_collection_of_the_options_can_be_read()
    {
        var collections = Collections(typeof(SidecarOptions), []);

        collections.Count.ShouldBeGreaterThan(10);
        foreach (var type in collections)
        {
            object made = type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                ? OptionsCollection.List(type.GetGenericArguments()[0])
                : OptionsCollection.Dictionary(type.GetGenericArguments()[1]);
            made.ShouldBeAssignableTo(type);
        }
    }

    [Fact]
    public void Keys_differ_by_more_than_case()
    {
        var entries = OptionsCollection.Dictionary(typeof(string));

        (entries["a"], entries["A"]) = ("1", "2");

        entries.Count.ShouldBe(1);
    }

    private static HashSet<Type> Collections(Type options, HashSet<Type> seen)
    {
        foreach (var property in OptionsType.Properties(options).Select(property => property.PropertyType))
            Visit(property, seen);
        return [.. seen.Where(type => type.IsGenericType)];
    }

    private static void Visit(Type type, HashSet<Type> seen)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() is var definition && (definition == typeof(IReadOnlyList<>) || definition == typeof(IReadOnlyDictionary<,>)))
        {
            seen.Add(type);
            Visit(type.GetGenericArguments()[^1], seen);
        }
        else if (type.Assembly == typeof(SidecarOptions).Assembly && seen.Add(type))
        {
            Collections(type, seen);
        }
    }
}
