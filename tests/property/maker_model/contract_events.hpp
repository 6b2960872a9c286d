// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// What Maker's contracts log besides notes. Declared once more than in the product, so that a
/// mistake there cannot hide here.
namespace faultline::maker_model::events {

using eth::Event;

using Poke = Event<"Poke(bytes32 ilk, bytes32 val, uint256 spot)">;
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 value)">;

// Dog, Clipper, Abaci
using Rely = Event<"Rely(address indexed usr)">;
using FileNumber = Event<"File(bytes32 indexed what, uint256 data)">;
using FileAddress = Event<"File(bytes32 indexed what, address data)">;
using FileIlkNumber = Event<"File(bytes32 indexed ilk, bytes32 indexed what, uint256 data)">;
using FileIlkClip = Event<"File(bytes32 indexed ilk, bytes32 indexed what, address clip)">;
using Bark = Event<
    "Bark(bytes32 indexed ilk, address indexed urn, uint256 ink, uint256 art, uint256 due, address "
    "clip, uint256 indexed id)">;
using Digs = Event<"Digs(bytes32 indexed ilk, uint256 rad)">;
using Cage = Event<"Cage()">;
using Kick = Event<
    "Kick(uint256 indexed id, uint256 top, uint256 tab, uint256 lot, address indexed usr, address "
    "indexed kpr, uint256 coin)">;
using Redo = Event<
    "Redo(uint256 indexed id, uint256 top, uint256 tab, uint256 lot, address indexed usr, address "
    "indexed kpr, uint256 coin)">;
using Take = Event<
    "Take(uint256 indexed id, uint256 max, uint256 price, uint256 owe, uint256 tab, uint256 lot, "
    "address indexed usr)">;
using Yank = Event<"Yank(uint256 id)">;

}  // namespace faultline::maker_model::events
